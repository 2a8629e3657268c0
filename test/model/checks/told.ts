/** What a process told its client. A batch is named by its records' values. */
export type Told =
  /** It stands in the log from `offset` on, once: appended, or found to be a repeat. */
  | { readonly kind: 'stands'; readonly values: readonly string[]; readonly offset: number }
  /** It does not stand in the log and never will. */
  | { readonly kind: 'failed'; readonly values: readonly string[]; readonly error: string }
  /** It may stand in the log. */
  | { readonly kind: 'mayStand'; readonly values: readonly string[] }
  /** What the log holds from `offset` up to the high watermark. */
  | {
      readonly kind: 'read';
      readonly offset: number;
      readonly values: readonly string[];
      readonly highWatermark: number;
    }
  /** Its client sends these, in this order. */
  | { readonly kind: 'sent'; readonly values: readonly string[] };
