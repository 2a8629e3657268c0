import type { PartitionKey } from '../../head.ts';
import { type HeadUpdate, headUpdate } from '../head-update.ts';
import { headExists } from './conditions.ts';

/** Marks the head of a deleted topic. Marking it again is done too, so that a deletion can be taken up again. */
export function killUpdate(partition: PartitionKey): HeadUpdate {
  return headUpdate(partition, {
    set: ['k = :true'],
    conditions: [headExists],
    values: { ':true': { BOOL: true } },
  });
}
