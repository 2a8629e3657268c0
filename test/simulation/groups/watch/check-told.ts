import type { CommittedPartition } from '../../../../lib/group/codec/committed-offset.ts';
import type { Group } from '../../../../lib/group/group.ts';
import { partitionsOf } from '../../../../lib/group/owned.ts';
import type { GroupDescription, HeartbeatAnswer, MemberName } from '../../../../lib/group/types.ts';
import { KafkaError } from '../../../../lib/kafka/errors.ts';
import type { SentCommit } from './commits.ts';
import type { GroupRecord } from './group-record.ts';
import type { Span } from './instants.ts';
import { isSameParts, type Part, partOf, partsOf } from './part.ts';

/*
 * Whatever a process tells was so at some moment between the arrival of the request and the answer.
 */

/** A member was told its epoch, and what it may own. */
export function checkHeartbeat(record: GroupRecord, span: Span, answer: HeartbeatAnswer): void {
  const { memberId, memberEpoch, assignment } = answer;
  if (memberEpoch < 0) return;
  const told =
    assignment &&
    new Set(
      assignment.flatMap(({ topicId, partitions }) =>
        partitions.map((partition) => partOf({ topicId, partition })),
      ),
    );
  const isTrue = record.groupsDuring(span).some((group) => {
    const member = group?.members.get(memberId);
    if (member?.epoch !== memberEpoch) return false;
    const assigned = partsOf(partitionsOf(member.assigned));
    return told === undefined || isSameParts(told, assigned);
  });
  if (!isTrue)
    record.problem(
      `wrong answer: ${memberId} was told that at epoch ${memberEpoch} it has ${[...(told ?? [])]}`,
    );
}

/** Errors that say what the group is like. */
const CLAIMS: Partial<Record<string, (group: Group | undefined, member: MemberName | undefined) => boolean>> =
  {
    UNKNOWN_MEMBER_ID: (group, member) =>
      member === undefined ? (group?.members.size ?? 0) > 0 : group?.members.has(member.memberId) !== true,
    GROUP_ID_NOT_FOUND: (group) => group === undefined,
    NON_EMPTY_GROUP: (group) => (group?.members.size ?? 0) > 0,
    FENCED_MEMBER_EPOCH: (group, member) =>
      member !== undefined && group?.members.get(member.memberId)?.epoch !== member.memberEpoch,
  };

export function checkError(
  record: GroupRecord,
  span: Span,
  error: unknown,
  member: MemberName | undefined,
): void {
  const claim = error instanceof KafkaError ? CLAIMS[error.error] : undefined;
  if (claim === undefined || record.groupsDuring(span).some((group) => claim(group, member))) return;
  const who = member === undefined ? 'somebody' : member.memberId;
  record.problem(`wrong answer: ${who} heard ${String(error)}, and it was never so`);
}

/** Somebody was told what the group has committed. */
export function checkFetched(record: GroupRecord, span: Span, part: Part, offset: number | undefined): void {
  const generations = record.groupsDuring(span).map((group) => group?.generation);
  const offsetOf = (
    generation: string | undefined,
    standing: CommittedPartition | undefined,
  ): number | undefined =>
    standing !== undefined && standing.generation === generation ? standing.commit?.offset : undefined;
  const possible = record
    .register(part)
    .during(span)
    .flatMap((standing) => generations.map((generation) => offsetOf(generation, standing)));
  if (!possible.includes(offset))
    record.problem(
      `wrong answer: offset ${offset} of ${part} was told, where ${[...new Set(possible)]} stood`,
    );
}

/** An owner was told what was committed: from now on nobody who had the partition before may move it. */
export function noteFetched(record: GroupRecord, span: Span, { memberId }: MemberName, part: Part): void {
  for (const generation of new Set(record.groupsDuring(span).map((group) => group?.generation))) {
    if (generation === undefined) continue;
    const tenure = record.ownership(generation).throughout(part, memberId, span);
    if (tenure !== undefined) record.show(generation, part, tenure.epoch);
  }
}

/** A commit was acknowledged: it was put while it was under way, or another one of the same owner was. */
export function checkCommitted(
  record: GroupRecord,
  { tag, member, offsets, begun, ended }: SentCommit,
): void {
  for (const part of offsets.keys()) {
    const isThere = record
      .register(part)
      .putDuring({ begun, ended })
      .some(
        (put) =>
          put?.commit !== undefined && (put.commit.metadata === tag || isOfSame(record, part, put, member)),
      );
    if (!isThere) record.problem(`lost commit: ${tag} of ${part} was acknowledged, and was never there`);
  }
}

const isOfSame = (
  record: GroupRecord,
  part: Part,
  { generation, commit }: CommittedPartition,
  member: MemberName | undefined,
): boolean =>
  commit !== undefined &&
  (member === undefined || record.ownership(generation).hasHad(part, member.memberId, commit.epoch));

/** A commit was refused for good: it does not stand there, and (`checkOffsetWrite`) never will. */
export function checkRefused(record: GroupRecord, { tag, offsets }: SentCommit): void {
  for (const part of offsets.keys()) {
    if (record.register(part).standing?.commit?.metadata === tag)
      record.problem(`refused commit: ${tag} of ${part} was refused, and stands there`);
  }
}

/** A reset told where it led to: it was put there while it was under way, or somebody else moved it at the same time. */
export function checkReset(record: GroupRecord, span: Span, part: Part, offset: number): void {
  if (
    !record
      .register(part)
      .putDuring(span)
      .some((put) => put?.commit !== undefined)
  )
    record.problem(`lost reset: ${part} was said to be reset to ${offset}, and was not`);
}

/** Somebody was told who is in the group, and at which epoch. */
export function checkDescribed(
  record: GroupRecord,
  span: Span,
  { groupEpoch, members }: GroupDescription,
): void {
  const told = members.map(({ memberId, memberEpoch }) => `${memberId} at ${memberEpoch}`).join();
  const isTrue = record.groupsDuring(span).some((group) => {
    const standing = Array.from(
      group?.members.values() ?? [],
      ({ memberId, epoch }) => `${memberId} at ${epoch}`,
    );
    return group?.epoch === groupEpoch && standing.sort().join() === told;
  });
  if (!isTrue) record.problem(`wrong answer: the group was said to be at epoch ${groupEpoch} with ${told}`);
}
