import { asEpoch } from '../../../kafka/types.ts';
import type { HeadLead } from '../../head.ts';
import { number } from '../head-codec.ts';
import { type HeadUpdate, headUpdate } from '../head-update.ts';
import { topicIsAlive } from './conditions.ts';

const nobodyLedSince = 'e = :seen'; // I2: two who take over at once do not both lead

/** Names the leader and raises the epoch, so that whatever was sent under the old one is refused for good. */
export function leadUpdate({ partition, to, seen }: HeadLead): HeadUpdate {
  return headUpdate(partition, {
    set: ['l = :to', 'e = :epoch'],
    conditions: [nobodyLedSince, topicIsAlive],
    values: { ':to': number(to), ':seen': number(seen), ':epoch': number(asEpoch(seen + 1)) },
  });
}
