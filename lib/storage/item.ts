/** An item's address: items of one partition key stand in the order of their sort keys' UTF-8 bytes. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** What an item's fields can hold; plain JSON, so that every home keeps it alike. Numbers are finite. */
export type Attribute =
  | string
  | number
  | boolean
  | null
  | readonly Attribute[]
  | { readonly [name: string]: Attribute };

export type Attributes = { readonly [name: string]: Attribute };

/**
 * Names one state of an item. Every put gives a version that no item ever had before, so a version held
 * across a deletion and a re-creation never matches by accident.
 */
export type Version = string;

export interface Item {
  readonly key: ItemKey;
  readonly version: Version;
  readonly attributes: Attributes;
  /** Bytes that are not JSON: encoded entries, an inline intake object. */
  readonly data?: Uint8Array;
}

/** What must hold for an op to be done: a certain version, no such item, or nothing in particular. */
export type Condition = { readonly version: Version } | 'absent' | 'none';

export interface PutOp {
  readonly kind: 'put';
  readonly key: ItemKey;
  readonly attributes: Attributes;
  readonly data?: Uint8Array;
  readonly condition: Condition;
}

export interface DeleteOp {
  readonly kind: 'delete';
  readonly key: ItemKey;
  readonly condition: Condition;
}

/** Writes nothing; the whole write is refused unless the condition holds. */
export interface CheckOp {
  readonly kind: 'check';
  readonly key: ItemKey;
  readonly condition: Condition;
}

export type WriteOp = PutOp | DeleteOp | CheckOp;

export interface Query {
  readonly pk: string;
  /** First sort key, inclusive; from the beginning when absent. */
  readonly from?: string;
  /** Last sort key, inclusive; to the end when absent. */
  readonly to?: string;
  /** At most this many items, 1 to 1,000. */
  readonly limit: number;
  readonly direction: 'forward' | 'backward';
}
