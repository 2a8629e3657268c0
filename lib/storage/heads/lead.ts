import { asEpoch } from '../../kafka/types.ts';
import type { Head, HeadLead, HeadOutcome } from '../head.ts';
import { done, refused } from './outcome.ts';

/** Names the leader and raises the epoch, so that whatever was sent under the old one is refused for good. */
export function applyLead(head: Head | undefined, lead: HeadLead): HeadOutcome {
  if (head === undefined || head.deleted) return refused(head);

  const nobodyLedSince = head.epoch === lead.seen; // I2: two who take over at once do not both lead
  if (!nobodyLedSince) return refused(head);

  return done({ ...head, leader: lead.to, epoch: asEpoch(head.epoch + 1) });
}
