import type { Head, HeadAppend, HeadLead, HeadTrim, ObjectId } from '../../../lib/storage/head.ts';
import type { ItemKey, Query, WriteOp } from '../../../lib/storage/item.ts';
import type { ByteRange } from '../../../lib/storage/object-store.ts';

/** One request to a store; all of them are about one partition. */
export type StoreCall =
  | { readonly operation: 'getHead' }
  | { readonly operation: 'getMany'; readonly keys: readonly ItemKey[] }
  | { readonly operation: 'query'; readonly query: Query }
  | { readonly operation: 'write'; readonly ops: readonly WriteOp[] }
  | { readonly operation: 'append'; readonly append: HeadAppend }
  | { readonly operation: 'trim'; readonly trim: HeadTrim }
  | { readonly operation: 'lead'; readonly lead: HeadLead }
  | { readonly operation: 'raiseBarrier'; readonly id: ObjectId }
  | { readonly operation: 'putObject'; readonly key: string; readonly bytes: Uint8Array }
  | { readonly operation: 'getObject'; readonly key: string; readonly range: ByteRange }
  | { readonly operation: 'listObjects'; readonly prefix: string }
  | { readonly operation: 'deleteObjects'; readonly keys: readonly string[] };

export type Operation = StoreCall['operation'];

/** What a process hears: the result, that a condition of a write did not hold, or nothing. */
export type Answer =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'refused'; readonly current: unknown }
  | { readonly kind: 'unknown' };

/** Requests that change something and that may get lost on their way, or come late. */
const UNSAFE: readonly Operation[] = ['write', 'append', 'trim', 'lead', 'raiseBarrier', 'deleteObjects'];

export const canBeLate = ({ operation }: StoreCall): boolean => UNSAFE.includes(operation);

export type HeadAnswer = Head | undefined;
