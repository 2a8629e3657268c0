/**
 * The names of an item's attributes in DynamoDB. They are short because DynamoDB bills them with every write, and a
 * head is written by every append.
 */
export const itemAttributes = {
  pk: 'pk',
  sk: 'sk',
  /** A fresh token at each put, as text. */
  version: 'v',
  /** Everything that is plain JSON, as one text (DynamoDB's numbers are not JavaScript's); absent when there is none. */
  attributes: 'a',
  /** Bytes, as they are. */
  data: 'd',
  /**
   * Seconds since 1970, of an item that may vanish from then on: the attribute of this name, once more where DynamoDB's
   * Time to Live looks for it.
   */
  timeToLive: 'ttl',
} as const;

/**
 * Those of a partition's head, beside its key. Offsets, epochs and counts are numbers. Two maps by append id, because
 * `b.#aid = n` sees the old value of n, and no expression can put that number into a value that it makes up.
 */
export const headAttributes = {
  leader: 'l',
  epoch: 'e',
  start: 's',
  compacted: 'c',
  tail: 't',
  next: 'n',
  /** Append id to base offset. */
  bases: 'b',
  /** Append id to what the log keeps of the append, as bytes. */
  entries: 'y',
  /** Producer id in decimal to the producer's state, as bytes. */
  producers: 'p',
  evictions: 'x',
  swaps: 'w',
  barrier: 'g',
  /** True once the topic is deleted, absent before. */
  deleted: 'k',
} as const;
