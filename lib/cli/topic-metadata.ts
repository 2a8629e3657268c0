import { AnsweredError } from './answered-error.ts';
import { type Client, segment } from './client.ts';

const TOPIC_NOT_FOUND = 40401;

export interface TopicDescription {
  readonly name: string;
  readonly configs: Readonly<Record<string, string>>;
  readonly partitions: readonly { readonly partition: number }[];
}

/** @throws AnsweredError when there is no such topic. */
export function readTopic(client: Client, topic: string): Promise<TopicDescription> {
  return client.json(`/topics/${segment(topic)}`);
}

/** The topic, or `undefined` when there is none of that name. */
export async function readTopicIfAny(client: Client, topic: string): Promise<TopicDescription | undefined> {
  try {
    return await readTopic(client, topic);
  } catch (error) {
    if (error instanceof AnsweredError && error.errorCode === TOPIC_NOT_FOUND) return undefined;
    throw error;
  }
}

/** Where a partition's records begin, and the offset behind the last one. */
export interface PartitionOffsets {
  readonly beginning_offset: number;
  readonly end_offset: number;
}

export function readOffsets(client: Client, topic: string, partition: number): Promise<PartitionOffsets> {
  return client.json(`/topics/${segment(topic)}/partitions/${partition}/offsets`);
}

/** The path of the broker's cluster in v3. */
export async function clusterPath(client: Client): Promise<string> {
  const clusters = await client.json<{ data: { cluster_id: string }[] }>('/v3/clusters');
  const [cluster] = clusters.data;
  if (cluster === undefined) throw new Error('assertion failed: a broker is of one cluster');
  return `/v3/clusters/${segment(cluster.cluster_id)}`;
}

/** The path of the cluster's topics in v3. */
export const topicsPath = async (client: Client): Promise<string> => `${await clusterPath(client)}/topics`;
