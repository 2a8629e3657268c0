import * as z from 'zod';
import type { Broker } from '../broker.ts';

export const partitionSchema = z.object({
  partition: z.int(),
  leader: z.int(),
  replicas: z.array(z.object({ broker: z.int(), leader: z.boolean(), in_sync: z.boolean() })),
});

/** A partition as v2 shows it: led, and held, by the one broker. */
export function partitionView({ brokerId }: Broker, partition: number): z.output<typeof partitionSchema> {
  return { partition, leader: brokerId, replicas: [{ broker: brokerId, leader: true, in_sync: true }] };
}

export function partitionViews(broker: Broker, count: number): z.output<typeof partitionSchema>[] {
  return Array.from({ length: count }, (_, partition) => partitionView(broker, partition));
}
