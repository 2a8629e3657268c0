import type { Commit, CommittedPartition } from '../../../../lib/group/codec/committed-offset.ts';
import type { SentCommit, SentCommits } from './commits.ts';
import type { GroupRecord } from './group-record.ts';
import type { Instant } from './instants.ts';
import type { Part } from './part.ts';

export interface OffsetWrite {
  readonly part: Part;
  readonly before: CommittedPartition | undefined;
  readonly after: CommittedPartition | undefined;
  /** When the commit was put that stood there before. */
  readonly committedAt: Instant;
}

/** Of every write to the item of a committed offset, at the moment at which it is done (I8). */
export function checkOffsetWrite(record: GroupRecord, write: OffsetWrite, sent: SentCommits): void {
  const { group } = record;
  const { part, before, after, committedAt } = write;
  if (after === undefined) {
    if (before?.generation === group?.generation && (group?.members.size ?? 0) > 0)
      record.problem(`deletion: the offset of ${part} was deleted while the group had members`);
    return;
  }
  const isSameGeneration = before?.generation === after.generation;
  if (!isSameGeneration && group !== undefined && before?.generation === group.generation)
    record.problem(`generation: the offset of ${part} was replaced by one of another group of its name`);
  if (isSameGeneration && after.fence < before.fence)
    record.problem(`I8: the fence of ${part} fell from ${before.fence} to ${after.fence}`);
  const { commit } = after;
  if (commit === undefined) {
    // Retention takes it from a group that has been without members for long.
    if (isSameGeneration && before.commit !== undefined && (group?.members.size ?? 0) > 0)
      record.problem(`I8: what was committed of ${part} has gone while the group had members`);
    return;
  }
  if (isSameGeneration && commit.id === before.commit?.id) return;
  const by = sent.get(commit.metadata);
  const isOfSame = isSameGeneration && before.commit?.epoch === commit.epoch;
  if (by !== undefined && isOfSame && committedAt > by.looked)
    record.problem(
      `overtaken: ${by.tag} of ${part} took back ${before.commit?.metadata}, which was put after it had looked`,
    );
  if (by?.member === undefined) checkMove(record, part, after, commit, by);
  else checkCommit(record, part, after, by, by.member);
  checkSent(record, part, commit, by);
}

/** A commit of nobody, or a reset: in a group without members, under the epoch that it has. */
function checkMove(
  record: GroupRecord,
  part: Part,
  { generation, fence }: CommittedPartition,
  { offset }: Commit,
  by: SentCommit | undefined,
): void {
  const { group } = record;
  const what = by === undefined ? 'a reset' : by.tag;
  if (group?.generation !== generation || group.members.size > 0 || group.epoch !== fence)
    record.problem(
      `I8: ${what} moved ${part} under fence ${fence}, while the group had ${group?.members.size} members at epoch ${group?.epoch}`,
    );
  record.progress(part).excuse(offset);
}

/** A commit of a member: it held the partition at that epoch, and no later owner has been told the offset. */
function checkCommit(
  record: GroupRecord,
  part: Part,
  { generation, fence, commit }: CommittedPartition,
  { tag }: SentCommit,
  { memberId, memberEpoch }: { readonly memberId: string; readonly memberEpoch: number },
): void {
  const who = `${tag} of ${memberId} at epoch ${memberEpoch}`;
  const shown = record.shown(generation, part);
  if (commit?.epoch !== fence)
    record.problem(`I8: ${who} is of epoch ${commit?.epoch}, under fence ${fence}`);
  if (!record.ownership(generation).hasHad(part, memberId, fence))
    record.problem(`I8: ${who} stands under fence ${fence} of ${part}, at which it got nothing`);
  if (fence > memberEpoch)
    record.problem(`I8: ${who} stands under fence ${fence} of ${part}, of which it did not know`);
  if (fence < shown)
    record.problem(
      `I8: ${who} moved ${part} under fence ${fence}, after the owner of epoch ${shown} was told it`,
    );
  const { end } = record.progress(part);
  if (commit !== undefined && commit.offset > end)
    record.problem(
      `skipped: ${who} is ${commit.offset} of ${part}, and only what lies below ${end} is processed`,
    );
}

/** What stands there was sent, and whoever sent it has not heard of its end yet. */
function checkSent(
  record: GroupRecord,
  part: Part,
  { offset, metadata }: Commit,
  by: SentCommit | undefined,
): void {
  if (by === undefined) {
    if (metadata !== '') record.problem(`phantom: nobody sent what stands in ${part}: ${metadata}`);
    return;
  }
  if (by.offsets.get(part) !== offset)
    record.problem(`phantom: ${by.tag} wrote ${offset} of ${part}, and was to write ${by.offsets.get(part)}`);
  if (by.outcome !== 'unknown')
    record.problem(`late commit: ${by.tag} was written to ${part} after it was answered: ${by.outcome}`);
}
