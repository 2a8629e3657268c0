/** The whole at one moment, all by numbers: where the stores and the processes stand, and what is under way. */
export interface GlobalState {
  readonly stores: number;
  /** A node a process. */
  readonly nodes: readonly number[];
  /** Calls that nobody waits for any more, ascending. */
  readonly underWay: readonly number[];
  readonly late: number;
  readonly repeats: number;
}

/** A short text that no other state has. */
export function keyOf({ stores, nodes, underWay, late, repeats }: GlobalState): string {
  let key = '';
  for (const number of [stores, ...nodes, late * 8 + repeats, ...underWay]) {
    key += String.fromCharCode(number & 0xffff, number >>> 16);
  }
  return key;
}

/** What can happen next; `place` is that of a call of the process. */
export type Transition =
  | Happening
  /** A call that nobody waits for comes to the stores. */
  | { readonly kind: 'arrives'; readonly call: number };

export interface Happening {
  readonly kind: /** A process's call is done and answered. */
    | 'answered'
    /** A process hears nothing of its call, which is under way from now on. */
    | 'unanswered'
    /** Something below a process sends its call once more, while the process still waits for the answer. */
    | 'repeated';
  readonly process: number;
  readonly place: number;
}
