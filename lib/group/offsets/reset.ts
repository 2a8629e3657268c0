import { KafkaError } from '../../kafka/errors.ts';
import { asOffset, type Offset } from '../../kafka/types.ts';
import type { PartitionLogs } from '../../log/types.ts';
import { forEachBounded } from '../../storage/for-each-bounded.ts';
import type { Commit } from '../codec/committed-offset.ts';
import type { OffsetReset, OffsetToCommit, ResetOffset, ResetTo, TopicPartition } from '../types.ts';
import { checkPartitions, PARTITIONS_MAX } from './check-offsets.ts';
import type { OffsetsDeps } from './deps.ts';
import { readOffsets } from './fetch-offsets.ts';
import { moveOffsets } from './move-offsets.ts';
import { nameOf, type ResolvedPartition, resolvePartitions } from './resolve.ts';

const LOOKS_IN_FLIGHT_MAX = 16;

const nonEmpty = (): KafkaError =>
  new KafkaError(
    'NON_EMPTY_GROUP',
    'The group has members: offsets can be reset when all have left, or their sessions have ended.',
  );

/** Finds where a reset leads to, and commits that unless it is only to be told. */
export async function resetOffsets(
  deps: OffsetsDeps & { readonly logs: PartitionLogs },
  groupId: string,
  { partitions, to, dryRun = false }: OffsetReset,
  makeCommit: (offset: OffsetToCommit) => Omit<Commit, 'epoch'>,
): Promise<ResetOffset[]> {
  checkTarget(to);
  const named = await allNamed(deps, partitions);
  checkPartitions(named);
  const resolved = await resolvePartitions(deps.topics, named);
  const stored = await deps.groups.read(groupId);
  if (stored !== undefined && stored.group.members.size > 0) throw nonEmpty();
  if (stored === undefined && to.kind === 'shift') {
    throw new KafkaError('GROUP_ID_NOT_FOUND', `Group ${groupId} has committed nothing to shift.`);
  }
  const committed =
    to.kind === 'shift' ? await readOffsets(deps, groupId, stored, named) : resolved.map(() => undefined);
  const resets = new Array<ResetOffset & ResolvedPartition>(resolved.length);
  await forEachBounded(resolved.entries(), LOOKS_IN_FLIGHT_MAX, async ([index, each]) => {
    const offset = await targetOf(deps.logs, each, to, committed[index]?.offset);
    resets[index] = { ...each, offset };
  });
  if (!dryRun) {
    const moves = resets.map((partition) => ({ partition, commit: makeCommit(partition) }));
    await moveOffsets(deps, groupId, moves, nonEmpty);
  }
  return resets.map(({ topic, partition, offset }) => ({ topic, partition, offset }));
}

/** @throws KafkaError INVALID_REQUEST. */
function checkTarget(to: ResetTo): void {
  const number = to.kind === 'offset' ? to.offset : to.kind === 'timestamp' ? to.timestampMs : 0;
  const isGood = Number.isSafeInteger(number) && number >= 0;
  const isShift = to.kind !== 'shift' || Number.isSafeInteger(to.by);
  if (isGood && isShift) return;
  throw new KafkaError(
    'INVALID_REQUEST',
    `${JSON.stringify(to)} is nothing to reset offsets to: it takes whole numbers.`,
  );
}

/** Every partition, where a topic is named without one. */
async function allNamed(
  { topics }: OffsetsDeps,
  partitions: OffsetReset['partitions'],
): Promise<TopicPartition[]> {
  if (partitions.length === 0) throw new KafkaError('INVALID_REQUEST', 'No partition is named: name topics.');
  const named: TopicPartition[] = [];
  for (const { topic, partition } of partitions) {
    if (named.length > PARTITIONS_MAX) break; // and `checkPartitions` refuses them
    if (partition !== undefined) named.push({ topic, partition });
    else {
      const { partitionCount } = await topics.get(topic);
      for (let each = 0; each < partitionCount; each += 1) named.push({ topic, partition: each });
    }
  }
  return named;
}

async function targetOf(
  logs: PartitionLogs,
  named: ResolvedPartition,
  to: ResetTo,
  committed: Offset | undefined,
): Promise<Offset> {
  const { start, next } = await logs.offsets(named.key);
  const within = (offset: number): Offset => asOffset(Math.min(Math.max(offset, start), next));
  switch (to.kind) {
    case 'earliest':
      return start;
    case 'latest':
      return next;
    case 'offset':
      return within(to.offset);
    case 'timestamp':
      return within((await logs.offsetForTimestamp(named.key, to.timestampMs))?.offset ?? next);
    case 'shift':
      if (committed !== undefined) return within(committed + to.by);
      throw new KafkaError(
        'INVALID_REQUEST',
        `The group has committed nothing for ${nameOf(named)} that could be shifted.`,
      );
  }
}
