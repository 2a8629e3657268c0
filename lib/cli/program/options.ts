import { type Command, InvalidArgumentError, Option } from 'commander';

const DEFAULT_URL = 'http://127.0.0.1:8082';

/** Parses a whole number from `min` to `max` for an option. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    const isBounded = max !== Number.MAX_SAFE_INTEGER;
    const bound = isBounded ? ` from ${min} to ${max}` : ` from ${min} on`;
    throw new InvalidArgumentError(
      `It has to be a whole number${min === Number.MIN_SAFE_INTEGER ? '' : bound}.`,
    );
  };
}

/** For an option that may be repeated. */
export const collect = (value: string, all: readonly string[] = []): string[] => [...all, value];

export const urlOption = (): Option =>
  new Option('--url <url>', 'where the broker listens').env('RIVULET_URL').default(DEFAULT_URL);

/**
 * Gives every command that talks to a broker, which is one that takes `--url`, the options to say who asks. Here and not
 * in each of them, so that none is forgotten.
 */
export function addCredentialOptions(program: Command): void {
  for (const command of program.commands) addCredentialOptions(command);
  if (!program.options.some(({ long }) => long === '--url')) return;
  program
    .option(
      '--api-key <key:secret>',
      'who asks; others on this machine can see it in "ps", but not in RIVULET_API_KEY',
    )
    .option('--aws-sigv4', "sign requests with AWS's credentials, as an API with IAM wants it");
}

export const formatOption = (): Option =>
  new Option('--format <format>', 'value: a value a line; json: a JSON object a line')
    .choices(['value', 'json'])
    .default('value');
