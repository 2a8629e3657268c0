import type { Place, RepeatableAppend, RepeatableOutcome } from '../../../lib/log/types.ts';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import { batchOf } from '../batches.ts';
import type { TestLogs } from '../test-logs.ts';

export const DAY_MS = 24 * 60 * 60 * 1000;

/** A request that appends `values`, one batch, to each of the partitions. */
export function request(
  partitions: readonly PartitionKey[],
  values: readonly string[],
  options: Partial<RepeatableAppend> = {},
): RepeatableAppend {
  const [first] = partitions;
  if (first === undefined) throw new Error('a request to no partition');
  return {
    // Tests may share a table, but no topic.
    name: { principal: first.topicId, idempotencyKey: 'k' },
    hash: `hash of ${values}`,
    keepMs: DAY_MS,
    topicId: first.topicId,
    plan: {},
    batches: () => new Map(partitions.map(({ partition }) => [partition, [batchOf(values)]])),
    ...options,
  };
}

const toldPlace = (place: Place): number | string | undefined =>
  place.error === undefined ? place.offset : place.error.error;

/** An offset, or the name of an error, for each place. */
export function toldOnce(outcome: RepeatableOutcome): (number | string | undefined)[] | 'otherRequest' {
  return outcome.kind === 'placed' ? outcome.places.map(toldPlace) : outcome.kind;
}

export async function appendOnce(
  logs: TestLogs,
  partition: PartitionKey,
  values: readonly string[],
  options: Partial<RepeatableAppend> = {},
) {
  return toldOnce(await logs.appendOnce(request([partition], values, options)));
}
