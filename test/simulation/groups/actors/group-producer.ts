import { batchOf } from '../../../log/batches.ts';
import type { GroupProducerActor } from '../story/group-story.ts';
import { partOf } from '../watch/part.ts';
import type { GroupWorld } from '../world/group-world.ts';
import { Client } from './client.ts';

const ANSWER_WITHIN_MS = 1_000;

/** Keeps records flowing. It sends each once, and goes on whatever becomes of it. */
export async function groupProducer(world: GroupWorld, { name, acts }: GroupProducerActor): Promise<void> {
  const client = new Client(world, name, { isRoaming: true, answerWithinMs: ANSWER_WITHIN_MS });
  for (const { atMs, topic, partition, count } of acts) {
    await world.until(atMs);
    if (!client.process.isAlive) return;
    const sent = send(world, client, topic, partition, count);
    await Promise.race([sent, client.process.whenCrashed]);
  }
}

/** Sends to one of the partitions that the topic has, modulo their number. */
export async function send(
  world: GroupWorld,
  client: Client,
  topic: string,
  partition: number,
  count: number,
): Promise<void> {
  const values = world.sendings.freshValues(count);
  await client.ask('send', async ({ topics, logs }) => {
    const { id: topicId, partitionCount } = await topics.get(topic);
    const key = { topicId, partition: partition % partitionCount };
    const [outcome] = await logs.append(key, [batchOf(values)]);
    if (outcome?.kind === 'failed') throw outcome.error;
    world.sendings.acknowledge(partOf(key), values);
    world.count('records', count);
  });
}
