import { type Draft, type DraftMember, type DraftTopic, dispensable, move } from './draft.ts';

/**
 * Moves partitions from member to member until the loads are as even as the subscriptions allow: until no chain of
 * moves, of one partition each, leads from a member to one that has at least two partitions fewer. It is an optimal
 * semi-matching then, found by way of cost-reducing paths (Harvey, Ladner, Lovász and Tamir, "Semi-matchings for
 * bipartite graphs and load balancing", 2003).
 */
export function evenOut({ members }: Draft): void {
  const open = new Set(members.filter(({ topicIds }) => topicIds.size > 0));
  for (;;) {
    const { fullest, loadMin } = extremes(open);
    if (fullest === undefined || fullest.load - loadMin < 2) return;
    const { givers, emptiest } = reach(fullest, loadMin, open);
    if (fullest.load - emptiest.load >= 2) {
      passAlong(emptiest, givers);
      continue;
    }
    // All that these reach has almost as much as anybody, so that no chain that helps begins at one of them, leads
    // through one or ends at one; and none ever will, for nobody becomes fuller than `fullest`.
    for (const member of givers.keys()) open.delete(member);
  }
}

/** The first of those with the most partitions, and how many one with the fewest has. */
function extremes(members: Iterable<DraftMember>): { fullest: DraftMember | undefined; loadMin: number } {
  let fullest: DraftMember | undefined;
  let loadMin = Number.POSITIVE_INFINITY;
  for (const member of members) {
    if (fullest === undefined || member.load > fullest.load) fullest = member;
    if (member.load < loadMin) loadMin = member.load;
  }
  return { fullest, loadMin };
}

/** By taker: who would give it a partition. `from` stands in it with itself. */
type Givers = ReadonlyMap<DraftMember, DraftMember>;

/**
 * All of `open` that a partition of `from` can go to, straight or by a chain in which each gives the next one a
 * partition, nearest first; and the one of them with the fewest. The search ends where somebody has no more than
 * `loadMin`.
 */
function reach(
  from: DraftMember,
  loadMin: number,
  open: ReadonlySet<DraftMember>,
): { givers: Givers; emptiest: DraftMember } {
  const givers = new Map([[from, from]]);
  const seen = new Set<DraftTopic>();
  let emptiest = from;
  // It grows while it is read.
  for (const giver of givers.keys()) {
    for (const topic of giver.partitions.keys()) {
      if (seen.has(topic)) continue;
      seen.add(topic);
      for (const taker of topic.subscribers) {
        if (givers.has(taker) || !open.has(taker)) continue;
        givers.set(taker, giver);
        if (taker.load < emptiest.load) emptiest = taker;
        if (taker.load <= loadMin) return { givers, emptiest };
      }
    }
  }
  return { givers, emptiest };
}

/** Each member of the chain that leads to `taker` gives the next one a partition. */
function passAlong(taker: DraftMember, givers: Givers): void {
  const giver = givers.get(taker);
  if (giver === undefined || giver === taker) return;
  passAlong(giver, givers);
  const [topic, partition] = dispensable(giver, taker.topicIds);
  move({ giver, taker, topic, partition });
}
