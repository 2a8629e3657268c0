import type { Client } from '../client.ts';
import { PartitionReader } from '../fetch/partition-reader.ts';
import type { StartQuery } from '../fetch/start-offset.ts';
import { readOffsets, readTopicIfAny, topicsPath } from '../topic-metadata.ts';
import type { AssignedPartition } from './assigned-partition.ts';
import type { Subscription } from './group-api.ts';

/** Topics by name, and how many partitions they have. */
export type PartitionCounts = ReadonlyMap<string, number>;

/** The topics that a subscription may lead to, as they are now. */
export async function readPartitionCounts(
  client: Client,
  subscription: Subscription,
): Promise<PartitionCounts> {
  if ('pattern' in subscription) {
    const { data } = await client.json<{ data: { topic_name: string; partitions_count: number }[] }>(
      await topicsPath(client),
    );
    return new Map(data.map(({ topic_name, partitions_count }) => [topic_name, partitions_count]));
  }
  const counts = new Map<string, number>();
  for (const topic of subscription.topics) {
    const found = await readTopicIfAny(client, topic);
    if (found !== undefined) counts.set(topic, found.partitions.length);
  }
  return counts;
}

/** Where to begin in partitions for which the group has committed nothing. */
export class StartOffset {
  readonly #client: Client;
  readonly #from: StartQuery;
  readonly #known: PartitionCounts;

  /** @param known The partitions that were there when the command began. */
  constructor(client: Client, from: StartQuery, known: PartitionCounts) {
    this.#client = client;
    this.#from = from;
    this.#known = known;
  }

  async of({ topic, partition }: AssignedPartition, signal: AbortSignal): Promise<number> {
    if ('timestamp' in this.#from) {
      const reader = new PartitionReader(this.#client, topic, partition, this.#from);
      const [first] = await reader.read({ wait: false, signal, maxBytes: 0 });
      return first?.offset ?? reader.nextOffset;
    }
    const offsets = await readOffsets(this.#client, topic, partition);
    // What is in a partition that was made meanwhile came after the command began: the latest of then is its beginning.
    const isNew = partition >= (this.#known.get(topic) ?? 0);
    return this.#from.offset === 'earliest' || isNew ? offsets.beginning_offset : offsets.end_offset;
  }
}
