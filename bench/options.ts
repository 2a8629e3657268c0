import { Command, InvalidArgumentError } from 'commander';

export interface Options {
  /** Glob over the names of scenarios. */
  readonly only: string | undefined;
  /** Measured time of each closed loop. */
  readonly seconds: number | undefined;
  readonly quick: boolean;
  /** Where the figures go; a name with the time in it under bench/results when absent. */
  readonly json: string | undefined;
  /** Folder for CPU profiles of the broker. */
  readonly profile: string | undefined;
  readonly list: boolean;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('give a number above 0');
  return value;
}

/** Reads the command line; prints help and ends the process when it asks for that or cannot be read. */
export function readOptions(argv: readonly string[]): Options {
  const command = new Command('npm run bench --')
    .description('Measures the broker, each figure beside its ceiling taken in the same run.')
    .option('--only <glob>', "scenarios to run, such as 'append/recordbatch/**'")
    .option('--seconds <number>', 'measured time of each closed loop', positive)
    .option('--quick', 'about a minute: fewer scenarios, shorter, with less data', false)
    .option('--json <file>', 'where to write the figures (default: bench/results/<time>.json)')
    .option('--profile <folder>', 'keep a CPU profile of every broker there')
    .option('--list', 'print the names of the scenarios', false)
    .parse([...argv], { from: 'user' });
  const { only, seconds, quick, json, profile, list } = command.opts();
  return { only, seconds, quick, json, profile, list };
}
