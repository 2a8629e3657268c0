/** A part of an object: `length` bytes from `position`, both counted in bytes from 0. */
export interface ByteRange {
  readonly position: number;
  readonly length: number;
}

export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  /** When the store took it, by the store's own clock, in milliseconds since 1970. */
  readonly modifiedMs: number;
}

/**
 * Immutable objects under fresh keys.
 *
 * A key is made up by its only writer and never used for other bytes, so repeating a `put` is harmless and
 * a cache of what was read is right for ever. Keys are made of `[0-9A-Za-z._-]` and `/` between non-empty
 * segments other than `.` and `..`, at most 1,024 bytes long and 255 a segment; anything else is a caller's bug
 * and asserted. No key is the folder of another one (`a` of `a/b`): that is a bug too.
 *
 * Errors: {@link NotDoneError} and {@link UnknownOutcomeError}. Nothing here is ever refused.
 */
export interface ObjectStore {
  /** Stores the parts, one behind the other, as one object. When it returns, the object survives a crash. */
  put(key: string, parts: readonly Uint8Array[]): Promise<void>;

  /**
   * The object's bytes, or those of `range` as far as they exist: a range that reaches beyond the end comes
   * back short. `undefined` when there is no such object.
   */
  get(key: string, range?: ByteRange): Promise<Uint8Array | undefined>;

  /** Removes the objects; one that is not there counts as removed. */
  delete(keys: readonly string[]): Promise<void>;

  /**
   * The objects whose key begins with `prefix`, in the order of their keys' bytes, at most `limit` of them
   * (1 to 1,000), beginning behind the key `after`. An empty answer means that there are no more.
   */
  list(prefix: string, options: { readonly after?: string; readonly limit: number }): Promise<ObjectInfo[]>;

  /** Lets go of what the store holds open. Calls in flight finish first. */
  close(): Promise<void>;
}
