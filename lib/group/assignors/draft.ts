import type { TopicPartitions } from '../topic-partitions.ts';
import type { AssignorInput } from './assignor.ts';

/** An assignment in the making: whose the partitions were, and whose they are by now. */
export interface Draft {
  /** By id. */
  readonly members: readonly DraftMember[];
  /** By id; only those that somebody subscribes to. */
  readonly topics: readonly DraftTopic[];
}

export interface DraftTopic {
  readonly id: string;
  /** By id. */
  readonly subscribers: DraftMember[];
  /** Of each partition the subscriber that it belonged to before; nobody, if it has to be given to somebody. */
  readonly owners: (DraftMember | undefined)[];
}

export interface DraftMember {
  readonly id: string;
  readonly topicIds: ReadonlySet<string>;
  /** What it has by now. Of one topic, those that it owned before stand first. */
  readonly partitions: Map<DraftTopic, number[]>;
  /** How many these are. */
  load: number;
}

/** Everybody keeps what they have and still subscribe to; nobody is given anything. */
export function draftOf({ members, topics }: AssignorInput): Draft {
  const topicOf = new Map<string, DraftTopic>();
  for (const [id, partitions] of sortById(topics)) {
    topicOf.set(id, { id, subscribers: [], owners: Array(partitions).fill(undefined) });
  }
  const draftMembers = sortById(members).map(([id, { topicIds, assigned }]) => {
    const member: DraftMember = { id, topicIds, partitions: new Map(), load: 0 };
    for (const topicId of topicIds) {
      const topic = topicOf.get(topicId);
      topic?.subscribers.push(member);
      for (const partition of assigned.get(topicId) ?? []) claim(member, topic, partition);
    }
    return member;
  });
  const draftTopics = Array.from(topicOf.values()).filter(({ subscribers }) => subscribers.length > 0);
  for (const topic of draftTopics) {
    topic.owners.forEach((owner, partition) => {
      if (owner !== undefined) give(owner, topic, partition);
    });
  }
  return { members: draftMembers, topics: draftTopics };
}

/** Two should never claim one partition. If they do, it belongs to the first one by id. */
function claim(member: DraftMember, topic: DraftTopic | undefined, partition: number): void {
  if (topic !== undefined && partition < topic.owners.length) topic.owners[partition] ??= member;
}

function sortById<Value>(map: ReadonlyMap<string, Value>): [id: string, value: Value][] {
  return Array.from(map).sort(([a], [b]) => compare(a, b));
}

/** By code units, so that it is the same in every locale. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function give(member: DraftMember, topic: DraftTopic, partition: number): void {
  member.load += 1;
  const partitions = member.partitions.get(topic);
  if (partitions === undefined) member.partitions.set(topic, [partition]);
  else if (topic.owners[partition] === member && hasNew(member, topic)) partitions.unshift(partition);
  else partitions.push(partition);
}

export function take(member: DraftMember, topic: DraftTopic, partition: number): void {
  const partitions = member.partitions.get(topic) ?? [];
  const index = partitions.lastIndexOf(partition);
  if (index === -1) throw new Error(`${member.id} does not have partition ${partition} of ${topic.id}`);
  partitions.splice(index, 1);
  if (partitions.length === 0) member.partitions.delete(topic);
  member.load -= 1;
}

export interface Move {
  readonly giver: DraftMember;
  readonly taker: DraftMember;
  readonly topic: DraftTopic;
  readonly partition: number;
}

export function move({ giver, taker, topic, partition }: Move): void {
  take(giver, topic, partition);
  give(taker, topic, partition);
}

/** What the member can best do without: the last partition of the topic that it has the most of, out of these. */
export function dispensable(member: DraftMember, topicIds: ReadonlySet<string>): [DraftTopic, number] {
  let most: [DraftTopic, number] | undefined;
  let count = 0;
  for (const [topic, partitions] of member.partitions) {
    const last = partitions.at(-1);
    if (last === undefined || partitions.length <= count || !topicIds.has(topic.id)) continue;
    most = [topic, last];
    count = partitions.length;
  }
  if (most === undefined) throw new Error(`${member.id} has nothing of ${Array.from(topicIds).join(', ')}`);
  return most;
}

/** Whether the member has a partition of the topic that it did not own before. */
export function hasNew(member: DraftMember, topic: DraftTopic): boolean {
  const last = member.partitions.get(topic)?.at(-1);
  return last !== undefined && topic.owners[last] !== member;
}

/** What the member has, in order. */
export function partitionsOf({ partitions }: DraftMember): TopicPartitions {
  return new Map(
    Array.from(partitions)
      .sort(([a], [b]) => compare(a.id, b.id))
      .map(([topic, numbers]) => [topic.id, new Set(numbers.sort((a, b) => a - b))]),
  );
}
