import type { Assign } from './assignor.ts';
import { type DraftMember, type DraftTopic, draftOf, give, partitionsOf } from './draft.ts';
import { evenOut } from './even-out.ts';
import { giveBack } from './give-back.ts';
import { releaseSurplus } from './release-surplus.ts';

/**
 * Kafka's `uniform` (KIP-848), over all topics together. The loads are as even as the subscriptions allow: where all
 * members subscribe to the same topics, each has n/m partitions, rounded down or up. And no assignment that is as even
 * takes fewer partitions from the members that have them. Where subscriptions differ Kafka comes close to both.
 */
export const uniform: Assign = (input) => {
  const draft = draftOf(input);
  // The steps below would find the same, move by move.
  releaseSurplus(draft);
  // What fewest can take goes first, while these still have room.
  for (const topic of draft.topics.toSorted((a, b) => a.subscribers.length - b.subscribers.length))
    dealOut(topic);
  evenOut(draft);
  giveBack(draft);
  return new Map(draft.members.map((member) => [member.id, partitionsOf(member)]));
};

/** Gives each partition that belongs to nobody to the subscriber that has the fewest, of all topics together. */
function dealOut(topic: DraftTopic): void {
  topic.owners.forEach((owner, partition) => {
    if (owner === undefined) give(leastLoaded(topic.subscribers), topic, partition);
  });
}

/** The first of them. */
function leastLoaded(members: readonly DraftMember[]): DraftMember {
  return members.reduce((least, member) => (member.load < least.load ? member : least));
}
