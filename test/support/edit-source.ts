/** One change of a source file: the snippet stands there exactly once. */
export interface Edit {
  /** Below the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** @throws Error when the snippet does not stand there exactly once: the code has changed, and the edit has to follow. */
export function editSource(source: string, { file, find, replace }: Edit): string {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`${file} has this ${places} times, not once:\n${find}`);
  return source.replace(find, () => replace);
}
