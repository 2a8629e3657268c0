/** Collects what is wrong with a partition, so that one problem does not hide the others. */
export type Problem = (invariant: string, fact: string) => void;
