import { assignors, preferredAssignor } from '../assignors/index.ts';
import { type Catalog, wantedBy } from '../catalog.ts';
import { type Group, type GroupTopic, type Member, subscribedTopicIds } from '../group.ts';

/**
 * Begins a new epoch: each member gets a target, which it reaches by its own heartbeats. What is known of topics is
 * taken from the catalog where there is one.
 */
export function rebalance(group: Group, nowMs: number, catalog?: Catalog): Group {
  const current = withTopics(group, catalog ?? group);
  const targets = assignorOf(current)({
    members: new Map(Array.from(current.members, ([id, member]) => [id, assignable(current, member)])),
    topics: new Map(Array.from(current.topics, ([id, { partitionCount }]) => [id, partitionCount])),
  });
  const members = Array.from(current.members, ([id, member]): [string, Member] => [
    id,
    { ...member, target: targets.get(id) ?? new Map() },
  ]);
  const emptySinceMs = members.length > 0 ? undefined : (group.emptySinceMs ?? nowMs);
  return { ...current, epoch: group.epoch + 1, members: new Map(members), emptySinceMs };
}

/** Begins a new epoch when there are other topics, or more partitions, than the group knows of. */
export function followTopics(group: Group, nowMs: number, catalog: Catalog): Group {
  const seen = withTopics(group, catalog);
  const isSame = isSameTopics(group.topics, seen.topics) && isSameMatches(group.matches, seen.matches);
  return isSame ? group : rebalance(group, nowMs, catalog);
}

const assignorOf = (group: Group) =>
  assignors[preferredAssignor(group.members.values().map(({ assignor }) => assignor))];

const assignable = (group: Group, { instanceId, subscription, target }: Member) => ({
  ...(instanceId !== undefined && { instanceId }),
  topicIds: subscribedTopicIds(group, subscription),
  assigned: target,
});

/**
 * The group with what a catalog says of the topics that its members subscribe to, and of no others. A look may be a
 * moment old; but partitions never become fewer, so what somebody has seen counts. One that is gone, or that nobody
 * subscribes to any more, stays with no partitions for as long as somebody has to let go of it: so its name is known.
 */
function withTopics(group: Group, { topics, matches }: Catalog): Group {
  const wanted = wantedBy(group.members.values().map(({ subscription }) => subscription));
  const ownMatches = new Map(
    Array.from(wanted.patterns, (key) => [key, matches.get(key) ?? new Set<string>()] as const),
  );
  const matched = new Set(Array.from(ownMatches.values(), (ids) => Array.from(ids)).flat());
  const ownTopics = Array.from(topics).flatMap(
    ([topicId, { name, partitionCount }]): [string, GroupTopic][] => {
      const isWanted = wanted.topicNames.has(name) || matched.has(topicId);
      if (!isWanted || partitionCount === 0) return [];
      const known = group.topics.get(topicId)?.partitionCount ?? 0;
      return [[topicId, { name, partitionCount: Math.max(known, partitionCount) }]];
    },
  );
  return { ...group, topics: new Map([...heldTopics(group), ...ownTopics]), matches: ownMatches };
}

/** Topics that somebody holds partitions of, as if they had none to give. */
function heldTopics({ topics, members }: Group): [string, GroupTopic][] {
  const held = new Set(
    members.values().flatMap(({ assigned, revoking }) => [...assigned.keys(), ...revoking.keys()]),
  );
  return Array.from(topics).flatMap(([topicId, { name }]): [string, GroupTopic][] =>
    held.has(topicId) ? [[topicId, { name, partitionCount: 0 }]] : [],
  );
}

/** Whether they are the same, apart from those that are gone. */
function isSameTopics(a: ReadonlyMap<string, GroupTopic>, b: ReadonlyMap<string, GroupTopic>): boolean {
  const countOf = (topics: ReadonlyMap<string, GroupTopic>, topicId: string): number =>
    topics.get(topicId)?.partitionCount ?? 0;
  const isSame = (topicId: string): boolean => countOf(a, topicId) === countOf(b, topicId);
  return a.keys().every(isSame) && b.keys().every(isSame);
}

function isSameMatches(a: Catalog['matches'], b: Catalog['matches']): boolean {
  return (
    a.size === b.size &&
    a.entries().every(([key, ids]) => {
      const others = b.get(key);
      return others?.size === ids.size && ids.values().every((id) => others.has(id));
    })
  );
}
