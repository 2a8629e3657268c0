import { CliError, exitCode } from '../cli-error.ts';

/** Where a fetch begins: a query of the broker's fetch route. */
export type StartQuery =
  | { readonly offset: 'earliest' | 'latest' | number }
  /** Milliseconds since 1970. */
  | { readonly timestamp: number };

const TIME = /^\d{4}-\d{2}-\d{2}(T.*)?$/;

/** What `--from` means. @throws CliError (usage) when it means nothing. */
export function parseFrom(from: string): StartQuery {
  if (from === 'earliest' || from === 'latest') return { offset: from };
  if (/^\d+$/.test(from) && Number.isSafeInteger(Number(from))) return { offset: Number(from) };
  const timestamp = parseTime(from);
  if (timestamp !== undefined) return { timestamp };
  throw new CliError(
    `--from takes earliest, latest, an offset, or a time like 2026-01-31T12:00:00Z, and got ${from}`,
    { exitCode: exitCode.usage },
  );
}

/** A date or a time in ISO 8601 as milliseconds since 1970; `undefined` when it is none. */
export function parseTime(text: string): number | undefined {
  const timestamp = TIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(timestamp) ? undefined : timestamp;
}
