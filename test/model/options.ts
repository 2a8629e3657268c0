import { Command, InvalidArgumentError } from 'commander';

export interface Options {
  /** One configuration; all of them when absent. */
  readonly config: string | undefined;
  /** Requests without an answer, instead of the configuration's own number. */
  readonly late: number | undefined;
  /** Bounds at which all of it takes seconds. */
  readonly quick: boolean;
  readonly states: number;
  /** Mutants: one by its name, or all of them (`true`), instead of the sound code. */
  readonly mutant: string | true | undefined;
  readonly json: boolean;
  readonly list: boolean;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('give a whole number');
  return value;
}

/** Reads the command line; prints help and ends the process when it asks for that or cannot be read. */
export function readOptions(argv: readonly string[]): Options {
  const command = new Command('npm run model --')
    .description('Drives the log through every interleaving of a few processes and late requests.')
    .option('--config <name>', 'one configuration (default: all)')
    .option('--late <number>', "requests without an answer (default: the configuration's own)", whole)
    .option('--quick', 'bounds at which all of it takes seconds, as in npm test', false)
    .option('--states <number>', 'stop a configuration after so many states', whole, 6_000_000)
    .option('--mutant [name]', 'look for a deliberate bug, or for each of them, instead')
    .option('--json', 'one line of JSON for each exploration', false)
    .option('--list', 'print the names of the configurations and mutants', false)
    .parse([...argv], { from: 'user' });
  const { config, late, quick, states, mutant, json, list } = command.opts();
  return { config, late, quick, states, mutant, json, list };
}
