import type { Epoch, Offset } from '../../kafka/types.ts';
import type { AppendId, Head, ObjectId } from '../../storage/head.ts';

/** One attempt to sequence an entry. */
export interface AppendAttempt {
  readonly appendId: AppendId;
  readonly epoch: Epoch;
  readonly objectId: ObjectId;
}

export type RefusalDecision =
  /** The head holds our append id: the refused request was our own, repeated by something below us. */
  | { readonly kind: 'done'; readonly base: Offset }
  /** The topic is deleted. */
  | { readonly kind: 'gone' }
  /** Another broker leads. */
  | { readonly kind: 'moved'; readonly leader: number }
  /** Nothing was written: plan again on the head that came back, and say why. */
  | { readonly kind: 'again'; readonly because: 'epoch' | 'barrier' | 'producer' };

/** What a refused append means, by the head that refused it. */
export function decideRefusal(
  head: Head | undefined,
  attempt: AppendAttempt,
  brokerId: number,
): RefusalDecision {
  const own = head?.entries.find(({ appendId }) => appendId === attempt.appendId);
  if (own !== undefined) return { kind: 'done', base: own.base };
  if (head === undefined || head.deleted) return { kind: 'gone' };
  if (head.leader !== brokerId) return { kind: 'moved', leader: head.leader };
  if (head.epoch !== attempt.epoch) return { kind: 'again', because: 'epoch' };
  if (head.barrier >= attempt.objectId) return { kind: 'again', because: 'barrier' };
  return { kind: 'again', because: 'producer' };
}
