import { KafkaError } from '../../kafka/errors.ts';
import type { Offset } from '../../kafka/types.ts';
import { partitionId } from '../../log/partition-id.ts';
import type { OffsetRange } from '../../log/types.ts';
import { forEachBounded } from '../../storage/for-each-bounded.ts';
import { begin, isUnbegun } from './begin.ts';
import { decidePosition } from './decide-position.ts';
import { type InstanceDeps, LOOKS_IN_FLIGHT_MAX } from './deps.ts';
import { type Held, withHeld } from './instance.ts';
import type { Session } from './session.ts';

/** A partition with the offset to read on from, which lies in the range. */
export interface Located {
  readonly held: Held;
  readonly position: Offset;
  readonly range: OffsetRange;
}

/**
 * Finds where each partition is read on. Those that are new begin at the group's committed offset; a member that asks for
 * it shuts out whoever held the partition before. Partitions of topics that are gone are left out.
 *
 * @throws InstanceMoved; KafkaError OFFSET_OUT_OF_RANGE as `decidePosition`, and of the log.
 */
export async function locate(deps: InstanceDeps, session: Session): Promise<Located[]> {
  const { held, config } = session.current;
  const begun = await begin(deps, session, Array.from(held.values()).filter(isUnbegun));
  const all = Array.from(held.values(), (each) => begun.get(partitionId(each)) ?? each);
  const ranges = await rangesOf(
    deps,
    all.filter((each) => !isUnbegun(each) || begun.has(partitionId(each))),
  );
  const located = all.flatMap((each): Located[] => {
    const range = ranges.get(partitionId(each));
    if (range === undefined) return [];
    const position = decidePosition(each, each.position, range, config.autoOffsetReset);
    return [{ held: { ...each, position }, position, range }];
  });
  const moved = located
    .filter((each) => each.position !== held.get(partitionId(each.held))?.position)
    .map((each) => each.held);
  if (moved.length > 0) session.current = withHeld(session.current, moved);
  return located;
}

/** What each partition's log holds; those of topics that are gone are left out. */
async function rangesOf(
  { logs, topics }: InstanceDeps,
  all: readonly Held[],
): Promise<ReadonlyMap<string, OffsetRange>> {
  const ranges = new Map<string, OffsetRange>();
  await forEachBounded(all, LOOKS_IN_FLIGHT_MAX, async (each) => {
    try {
      const { topicId, partition } = each;
      ranges.set(partitionId(each), await logs.offsets({ topicId, partition }));
    } catch (error) {
      if (!(error instanceof KafkaError) || error.error !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
      topics.invalidate(each.topic);
    }
  });
  return ranges;
}
