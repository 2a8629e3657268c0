import type { Commit, CommittedPartition } from '../codec/committed-offset.ts';

/** By what a commit is made: the assignment epoch of a member that holds the partition, or the epoch of a group without members. */
export interface CommitRight {
  readonly generation: string;
  readonly epoch: number;
}

export type CommitDecision =
  | { readonly kind: 'put'; readonly next: CommittedPartition }
  /** It stands there; or it stood there for a moment, before another commit of the same owner. */
  | { readonly kind: 'done' }
  /** Somebody who got the partition later has it now (I8). */
  | { readonly kind: 'fenced' };

/**
 * Whether a commit may stand, against what stands there.
 *
 * A commit that finds another one of the same owner, made since it first looked, comes before that one: putting it now
 * would take the owner back to where it no longer is.
 *
 * @param first What stood there when this commit first looked.
 */
export function decideCommit(
  standing: CommittedPartition | undefined,
  first: CommittedPartition | undefined,
  commit: Commit,
  { generation, epoch }: CommitRight,
): CommitDecision {
  const current = ofGeneration(standing, generation);
  if (current?.commit?.id === commit.id) return { kind: 'done' };
  if (current !== undefined && current.fence > epoch) return { kind: 'fenced' };
  const idAtFirst = ofGeneration(first, generation)?.commit?.id;
  const isOvertaken = current?.commit?.epoch === epoch && current.commit.id !== idAtFirst;
  if (isOvertaken) return { kind: 'done' };
  return { kind: 'put', next: { generation, fence: epoch, commit } };
}

export type FenceDecision =
  | { readonly kind: 'put'; readonly next: CommittedPartition }
  | { readonly kind: 'stands' }
  | { readonly kind: 'fenced' };

/** Shuts out whoever held a partition before, now that its new owner asks how far the group has come (KIP-1251). */
export function decideFence(
  standing: CommittedPartition | undefined,
  { generation, epoch }: CommitRight,
): FenceDecision {
  const current = ofGeneration(standing, generation);
  if (current !== undefined && current.fence > epoch) return { kind: 'fenced' };
  if (current?.fence === epoch) return { kind: 'stands' };
  return { kind: 'put', next: { generation, fence: epoch, commit: current?.commit } };
}

/** What an earlier group of the name has left counts as nothing. */
function ofGeneration(
  standing: CommittedPartition | undefined,
  generation: string,
): CommittedPartition | undefined {
  return standing?.generation === generation ? standing : undefined;
}
