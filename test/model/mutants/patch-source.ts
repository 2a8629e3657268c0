/** A change of one source file: `find` stands in it exactly once. */
export interface Patch {
  /** Below `lib/`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** One patch, in one file below `lib/`. */
export const patch = (file: string, find: string, replace: string): Patch => ({ file, find, replace });

/**
 * The source with all patches in it.
 * @throws Error when one of them does not fit: the code has changed, and the patch has to follow.
 */
export function patchSource(mutant: string, source: string, patches: readonly Patch[]): string {
  return patches.reduce((patched, { file, find, replace }) => {
    const places = patched.split(find).length - 1;
    if (places !== 1) throw new Error(`${mutant}: "${find}" stands ${places} times in lib/${file}, not once`);
    return patched.replace(find, () => replace);
  }, source);
}
