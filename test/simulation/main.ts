import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { mutantNamed } from './mutants/mutants.ts';
import { switchOn } from './mutants/switch-on.ts';
import { loadSimulation } from './simulation.ts';

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly failures: number;
  readonly mutant?: string;
  readonly trace?: true;
  readonly groups?: true;
}

const program = new Command('simulate')
  .description('Runs the log in simulated time, with faults, and checks what its clients saw.')
  .option('--seeds <count>', 'how many seeds to run', whole, 1_000)
  .option('--from <seed>', 'the first of them', whole, 1)
  .option('--failures <count>', 'stop after so many seeds that fail', whole, 1)
  .option('--mutant <name>', 'with this deliberate bug in the protocol')
  .option('--groups', 'run consumer groups instead of the log alone')
  .option('--trace', 'print what happens in the first seed, and nothing else');

program.parse();
await run(program.opts<Options>());

async function run({ seeds, from, failures, mutant, trace, groups }: Options): Promise<void> {
  const hunted = mutant === undefined ? undefined : mutantNamed(mutant);
  const checkMutant = hunted === undefined ? () => undefined : switchOn(hunted);
  const name = groups === undefined ? (hunted?.simulation ?? 'log') : 'groups';
  // From here on, so that the bug is in what it loads.
  const simulation = await loadSimulation(name);
  const { runSeeds } = await import('./seeds.ts');
  const { reportFailure, traceOf } = await import('./report.ts');
  checkMutant();
  if (trace) {
    for (const line of await traceOf(simulation, simulation.drawStory(from)))
      process.stdout.write(`${line}\n`);
    return;
  }
  const bar = showProgress(seeds);
  const startMs = performance.now();
  const summary = await runSeeds(simulation, { from, seeds, failuresMax: failures, onSeed: bar.seed });
  bar.stop();
  const seconds = (performance.now() - startMs) / 1_000;
  const command = name === 'groups' ? 'npm run simulate -- --groups' : 'npm run simulate --';
  for (const failed of summary.failed)
    process.stdout.write(`${await reportFailure(simulation, command, failed)}\n\n`);
  const counts = Object.entries(summary.counts).map(([what, count]) => `${count} ${what}`);
  process.stdout.write(
    `${summary.seeds} seeds in ${seconds.toFixed(1)} s: ${counts.join(', ')}; ${summary.failed.length} seeds failed\n`,
  );
  if (summary.failed.length > 0) process.exitCode = 1;
}

/** On a terminal only. */
function showProgress(seeds: number): {
  readonly seed: (failures: number) => void;
  readonly stop: () => void;
} {
  if (!process.stderr.isTTY) return { seed: () => undefined, stop: () => undefined };
  const format = '{bar} {value}/{total} seeds | {failures} failed | {eta_formatted}';
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  bar.start(seeds, 0, { failures: 0 });
  return { seed: (failures) => bar.increment(1, { failures }), stop: () => bar.stop() };
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('a whole number is needed');
  return number;
}
