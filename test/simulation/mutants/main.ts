import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { hunt } from './hunt.ts';
import type { Mutant } from './mutant.ts';
import { mutantNamed, mutants } from './mutants.ts';

const PROBLEM_CHARACTERS_MAX = 90;

const program = new Command('mutants')
  .description(
    'Switches on one deliberate bug after the other and shows which seed of the simulation catches it.',
  )
  .argument('[names...]', 'these only')
  .option('--seeds <count>', 'how many seeds a mutant may survive', whole, 2_000);

program.parse();
await huntAll(
  program.args.length === 0 ? mutants : program.args.map(mutantNamed),
  program.opts<{ seeds: number }>().seeds,
);

async function huntAll(all: readonly Mutant[], seedsMax: number): Promise<void> {
  const width = Math.max(...all.map(({ name }) => name.length));
  const living: string[] = [];
  const queue = [...all];
  const work = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const { caught, seeds } = await hunt(mutant, seedsMax);
      if (caught === undefined) living.push(mutant.name);
      const fate = caught ? `seed ${caught.seed}`.padEnd(10) : 'LIVES     ';
      const [line = ''] = (caught?.problem ?? `not caught by ${seeds} seeds: ${mutant.what}`).split('\n');
      process.stdout.write(
        `${mutant.name.padEnd(width)}  ${fate}  ${line.slice(0, PROBLEM_CHARACTERS_MAX)}\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  process.stdout.write(`${all.length - living.length} of ${all.length} mutants caught\n`);
  if (living.length > 0) process.exitCode = 1;
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('a whole number is needed');
  return number;
}
