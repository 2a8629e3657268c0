import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './file-errors.ts';

/**
 * The keys under `folder` that begin with `prefix` and stand behind `after`, in the order of their bytes.
 * Folders that can hold none of them are not read. Each of the others is read whole, and once a call: a page
 * of a folder of a million objects costs the names of a million.
 */
export async function* listKeys(folder: string, prefix: string, after: string): AsyncGenerator<string> {
  yield* walk(folder, '', { prefix, after });
}

interface Wanted {
  readonly prefix: string;
  readonly after: string;
}

async function* walk(folder: string, base: string, wanted: Wanted): AsyncGenerator<string> {
  const names = (await readNames(join(folder, base)))
    .map((name) => base + name)
    .filter((name) => mayHold(name, wanted))
    .sort(byCodeUnits); // keys are ASCII, so this is the order of their bytes
  for (const name of names) {
    if (name.endsWith('/')) yield* walk(folder, name, wanted);
    else yield name;
  }
}

/** Names of folders end in `/`, which is where they stand among the keys. */
async function readNames(path: string): Promise<string[]> {
  try {
    const found = await readdir(path, { withFileTypes: true });
    return found
      .filter((each) => KEY_SEGMENT.test(each.name))
      .map((each) => (each.isDirectory() ? `${each.name}/` : each.name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

const KEY_SEGMENT = /^[0-9A-Za-z._-]+$/;

function mayHold(name: string, { prefix, after }: Wanted): boolean {
  if (!name.endsWith('/')) return name.startsWith(prefix) && name > after;
  const touchesPrefix = name.startsWith(prefix) || prefix.startsWith(name);
  return touchesPrefix && (name > after || after.startsWith(name));
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : 1;
}
