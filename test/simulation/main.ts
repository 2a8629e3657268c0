import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { mutantNamed } from './mutants/mutants.ts';
import { switchOn } from './mutants/switch-on.ts';

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly failures: number;
  readonly mutant?: string;
  readonly trace?: true;
}

const program = new Command('simulate')
  .description('Runs the log in simulated time, with faults, and checks what its clients saw.')
  .option('--seeds <count>', 'how many seeds to run', whole, 1_000)
  .option('--from <seed>', 'the first of them', whole, 1)
  .option('--failures <count>', 'stop after so many seeds that fail', whole, 1)
  .option('--mutant <name>', 'with this deliberate bug in the protocol')
  .option('--trace', 'print what happens in the first seed, and nothing else');

program.parse();
await run(program.opts<Options>());

async function run({ seeds, from, failures, mutant, trace }: Options): Promise<void> {
  const checkMutant = mutant === undefined ? () => undefined : switchOn(mutantNamed(mutant));
  // From here on, so that the bug is in what they load.
  const { runSeeds } = await import('./seeds.ts');
  const { reportFailure, traceOf } = await import('./report.ts');
  const { drawStory } = await import('./story/draw-story.ts');
  checkMutant();
  if (trace) {
    for (const line of await traceOf(drawStory(from))) process.stdout.write(`${line}\n`);
    return;
  }
  const bar = showProgress(seeds);
  const startMs = performance.now();
  const summary = await runSeeds({ from, seeds, failuresMax: failures, onSeed: bar.seed });
  bar.stop();
  const seconds = (performance.now() - startMs) / 1_000;
  for (const failed of summary.failed) process.stdout.write(`${await reportFailure(failed)}\n\n`);
  process.stdout.write(
    `${summary.seeds} seeds in ${seconds.toFixed(1)} s: ${summary.writes} writes (${summary.acknowledged} acknowledged), ` +
      `${summary.polls} polls, ${summary.faults} faults; ${summary.failed.length} seeds failed\n`,
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
