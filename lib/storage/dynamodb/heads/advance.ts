import type { Offset } from '../../../kafka/types.ts';
import type { PartitionKey } from '../../head.ts';
import { number } from '../head-codec.ts';
import { type HeadUpdate, headUpdate } from '../head-update.ts';
import { topicIsAlive } from './conditions.ts';

const rises = 's < :to'; // I7: start never falls
const isWithinLog = 'n >= :to'; // I7: a fetch at the log's end is never out of range

/** Retention: nothing below `to` is readable from now on. */
export function advanceUpdate(partition: PartitionKey, to: Offset): HeadUpdate {
  return headUpdate(partition, {
    set: ['s = :to'],
    conditions: [rises, isWithinLog, topicIsAlive],
    values: { ':to': number(to) },
  });
}
