import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { editSource } from '../../support/edit-source.ts';
import type { Mutant } from './mutant.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Makes every module that is loaded from now on in this process one with the bug in it; files stay as they are. The
 * modules that it changes must not be loaded yet.
 *
 * @returns a check that every change was made, to be called when the modules are loaded.
 */
export function switchOn({ name, edits }: Mutant): () => void {
  const left = new Set(edits);
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      const own = edits.filter(({ file }) => pathToFileURL(join(ROOT, file)).href === url);
      if (own.length === 0) return loaded;
      let source = Buffer.from(loaded.source as Uint8Array).toString();
      for (const edit of own) {
        source = editSource(source, edit);
        left.delete(edit);
      }
      return { ...loaded, source };
    },
  });
  return () => {
    if (left.size > 0) throw new Error(`mutant ${name} changes files that nobody loads`);
  };
}
