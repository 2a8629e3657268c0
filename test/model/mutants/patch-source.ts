import { type Edit, editSource } from '../../support/edit-source.ts';

/** One edit of a file below `lib/`. */
export const patch = (file: string, find: string, replace: string): Edit => ({
  file: `lib/${file}`,
  find,
  replace,
});

/** The source with all patches in it. @throws Error that names the mutant, when one of them does not fit. */
export function patchSource(mutant: string, source: string, patches: readonly Edit[]): string {
  try {
    return patches.reduce(editSource, source);
  } catch (cause) {
    throw new Error(`${mutant}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
