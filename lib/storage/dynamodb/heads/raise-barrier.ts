import type { ObjectId, PartitionKey } from '../../head.ts';
import { type HeadUpdate, headUpdate } from '../head-update.ts';
import { topicIsAlive } from './conditions.ts';

const rises = 'g < :id'; // I5: a barrier that fell would let a deleted object back in

/** From now on no append or swap may refer to an object whose id is not above `id`. */
export function raiseBarrierUpdate(partition: PartitionKey, id: ObjectId): HeadUpdate {
  return headUpdate(partition, {
    set: ['g = :id'],
    conditions: [rises, topicIsAlive],
    values: { ':id': { S: id } },
  });
}
