import type { NewEpochAct, SendAct } from '../story/story.ts';
import type { ClientWorld } from '../world/client-world.ts';
import { ProducerLane } from './producer-lane.ts';

/**
 * An idempotent producer as Kafka's client is one (KIP-98): it numbers its batches, has several of them in flight, and
 * sends one again, as it was, until it knows that it stands in the log.
 */
export async function idempotentProducer(
  world: ClientWorld,
  client: string,
  producerId: number,
  acts: readonly (SendAct | NewEpochAct)[],
): Promise<void> {
  let epoch = 0;
  let lanes = new Map<number, ProducerLane>();
  for (const act of acts) {
    await world.scheduler.sleep(act.pauseMs);
    if (act.act === 'new epoch') {
      for (const lane of lanes.values()) lane.giveUp();
      lanes = new Map();
      epoch += 1;
      continue;
    }
    const lane = lanes.get(act.partition) ?? new ProducerLane(world, { client, producerId, epoch });
    lanes.set(act.partition, lane);
    await lane.send(act);
  }
  await Promise.all(Array.from(lanes.values(), (lane) => lane.whenDone()));
}
