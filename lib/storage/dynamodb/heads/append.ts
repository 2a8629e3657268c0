import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { HeadAppend } from '../../head.ts';
import { number } from '../head-codec.ts';
import { type HeadUpdate, headUpdate } from '../head-update.ts';
import { topicIsAlive } from './conditions.ts';

const underCurrentEpoch = 'e = :epoch'; // I2: a deposed leader cannot write
const firstTime = 'attribute_not_exists(y.#aid)'; // I2: at most once, should anything below repeat the request
const objectIsSafe = 'g < :objectId'; // I5: garbage collection has not passed the object
const nobodyLeftSince = 'x = :evictions'; // I6: who is not in the head has not left it since its item was read

/** Gives an append its offsets: `b.#aid = n` sees the old `n`. No condition on `n`, so appends commute. */
export function appendUpdate(append: HeadAppend): HeadUpdate {
  const { partition, appendId, epoch, count, entry, objectId, producers } = append;
  const set = ['n = n + :count', 'b.#aid = n', 'y.#aid = :entry'];
  const conditions = [underCurrentEpoch, topicIsAlive, firstTime, objectIsSafe];
  const names: Record<string, string> = { '#aid': appendId };
  const values: Record<string, AttributeValue> = {
    ':epoch': number(epoch),
    ':count': number(count),
    ':entry': { B: entry },
    ':objectId': { S: objectId },
  };
  const evictions = new Set<number>();
  for (const [index, { producerId, state, seen }] of producers.entries()) {
    const producer = `p.#p${index}`;
    names[`#p${index}`] = producerId;
    values[`:p${index}`] = { B: state };
    set.push(`${producer} = :p${index}`);
    if (seen instanceof Uint8Array) {
      const inSequence = `${producer} = :s${index}`; // I6: no gap, no repeat
      conditions.push(inSequence);
      values[`:s${index}`] = { B: seen };
    } else {
      const notInHead = `attribute_not_exists(${producer})`; // I6: nobody brought it in meanwhile
      conditions.push(notInHead);
      evictions.add(seen.absentAtEvictions);
    }
  }
  for (const [index, seen] of [...evictions].entries()) {
    conditions.push(`${nobodyLeftSince}${index || ''}`);
    values[`:evictions${index || ''}`] = number(seen);
  }
  return headUpdate(partition, { set, conditions, names, values });
}
