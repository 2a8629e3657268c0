import { isUtf8 } from 'node:buffer';
import { ApiError } from '../../api/errors/api-error.ts';
import { JsonScanner } from '../../api/json/scanner.ts';
import { CliError } from '../cli-error.ts';
import type { Line } from './read-lines.ts';

/** What one line becomes. */
export interface KeyedValue {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array;
}

export interface LineFormat {
  /** Lines are JSON: checked, and sent without the white space that means nothing. */
  readonly json?: boolean;
  /** Path to the field that is the key; names of fields with dots between them. */
  readonly keyField?: string;
  /** What stands between the key and the value. */
  readonly keySeparator?: string;
}

/** @returns what turns lines into records; it throws a CliError that names the line. */
export function lineParser({ json = false, keyField, keySeparator }: LineFormat): (line: Line) => KeyedValue {
  if (json) {
    const path = keyField?.split('.');
    return (line) => parseJsonLine(line, path);
  }
  if (keySeparator === undefined) return ({ bytes }) => ({ key: null, value: bytes });
  const separator = Buffer.from(keySeparator);
  return (line) => splitLine(line, separator);
}

function splitLine({ number, bytes }: Line, separator: Buffer): KeyedValue {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(separator);
  if (at < 0) throw new CliError(`line ${number} has no ${separator} to separate a key from a value`);
  return { key: bytes.subarray(0, at), value: bytes.subarray(at + separator.length) };
}

function parseJsonLine({ number, bytes }: Line, path: readonly string[] | undefined): KeyedValue {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!isUtf8(buffer)) throw new CliError(`line ${number} is no UTF-8, so it is no JSON`);
  const text = buffer.toString();
  try {
    JSON.parse(text);
    const key = path === undefined ? null : fieldOf(text, path);
    if (key === undefined) throw new CliError(`line ${number} has no field ${path?.join('.')} to be its key`);
    return {
      key: key === null ? null : Buffer.from(key),
      value: Buffer.from(new JsonScanner(text).compactValue()),
    };
  } catch (error) {
    if (error instanceof SyntaxError) throw new CliError(`line ${number} is no JSON: ${error.message}`);
    if (error instanceof ApiError) throw new CliError(`line ${number}: ${error.message}`);
    throw error;
  }
}

/** The field in its own words, so that a number keeps all its digits. The text is valid JSON. */
function fieldOf(text: string, path: readonly string[]): string | undefined {
  const [name, ...inner] = path;
  if (name === undefined) return text;
  const scanner = new JsonScanner(text);
  if (!scanner.isAtObject) return undefined;
  let found: string | undefined;
  scanner.object((member) => {
    const value = scanner.compactValue();
    // Of a name that stands there twice the last one counts, as in JSON.parse.
    if (member === name) found = value;
  });
  return found === undefined ? undefined : fieldOf(found, inner);
}
