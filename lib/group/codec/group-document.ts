import * as z from 'zod';
import { assignors } from '../assignors/index.ts';
import type { Group, Member } from '../group.ts';
import type { Owned } from '../owned.ts';
import { fromPatternKey, toPatternKey } from '../pattern-key.ts';
import type { TopicPartitions } from '../topic-partitions.ts';
import { decodeRanges, encodeRanges } from './partition-ranges.ts';

const count = z.int().min(0);
/** Index into `topics`, assignment epoch, partitions. */
const ownedSchema = z.array(z.tuple([count, count, z.string()]));
const targetSchema = z.array(z.tuple([count, z.string()]));

const memberSchema = z.strictObject({
  id: z.string(),
  instance: z.string().optional(),
  rack: z.string().optional(),
  client: z.string().optional(),
  epoch: z.int().min(-2),
  previous: z.int().min(-2),
  /** Index into `subscriptions`. */
  subscription: count,
  assignor: z.enum(Object.keys(assignors) as (keyof typeof assignors)[]).optional(),
  rebalanceMs: count,
  sessionMs: count,
  joinedMs: count,
  assigned: ownedSchema,
  revoking: ownedSchema.optional(),
  revokingSinceMs: count.optional(),
  target: targetSchema,
});

/**
 * The members of a group as JSON. What many members share, topic ids and subscriptions, stands in it once.
 */
export const groupDocumentSchema = z.strictObject({
  topics: z.array(
    z.strictObject({ id: z.string(), name: z.string().optional(), partitions: count.optional() }),
  ),
  /** Pattern, indexes into `topics`, and whose it is. */
  matches: z.array(z.tuple([z.string(), z.array(count), z.string().optional()])),
  subscriptions: z.array(
    z.strictObject({
      names: z.array(z.string()),
      pattern: z.string().optional(),
      principal: z.string().optional(),
    }),
  ),
  members: z.array(memberSchema),
});

export type GroupDocument = z.output<typeof groupDocumentSchema>;
type MemberDocument = GroupDocument['members'][number];

export function toDocument({ topics, matches, members }: Group): GroupDocument {
  const topicIndex = new Indexed<string>((id) => id);
  for (const topicId of topics.keys()) topicIndex.of(topicId);
  const subscriptions = new Indexed<Member['subscription']>((subscription) => JSON.stringify(subscription));
  const encoded = Array.from(members.values(), (member) =>
    encodeMember(member, topicIndex, subscriptions.of(member.subscription)),
  );
  const patterns = Array.from(matches, ([key, ids]): GroupDocument['matches'][number] => {
    const { pattern, principal } = fromPatternKey(key);
    const indexes = Array.from(ids, (id) => topicIndex.of(id));
    return principal === undefined ? [pattern, indexes] : [pattern, indexes, principal];
  });
  return {
    // Topics that are gone, and that somebody has still to let go of, have an id only.
    topics: topicIndex.all.map((id) => {
      const topic = topics.get(id);
      return topic === undefined ? { id } : { id, name: topic.name, partitions: topic.partitionCount };
    }),
    matches: patterns,
    subscriptions: subscriptions.all.map(({ topicNames, pattern, principal }) => ({
      names: [...topicNames],
      ...(pattern !== undefined && { pattern }),
      ...(principal !== undefined && { principal }),
    })),
    members: encoded,
  };
}

function encodeMember(member: Member, topics: Indexed<string>, subscription: number): MemberDocument {
  const { instanceId, rackId, clientId, assignor, revoking, revokingSinceMs } = member;
  return {
    id: member.memberId,
    ...(instanceId !== undefined && { instance: instanceId }),
    ...(rackId !== undefined && { rack: rackId }),
    ...(clientId !== undefined && { client: clientId }),
    epoch: member.epoch,
    previous: member.previousEpoch,
    subscription,
    ...(assignor !== undefined && { assignor }),
    rebalanceMs: member.rebalanceTimeoutMs,
    sessionMs: member.sessionTimeoutMs,
    joinedMs: member.joinedMs,
    assigned: encodeOwned(member.assigned, topics),
    ...(revoking.size > 0 && { revoking: encodeOwned(revoking, topics) }),
    ...(revokingSinceMs !== undefined && { revokingSinceMs }),
    target: Array.from(member.target, ([id, numbers]) => [topics.of(id), encodeRanges(numbers)]),
  };
}

function encodeOwned(owned: Owned, topics: Indexed<string>): MemberDocument['assigned'] {
  return Array.from(owned).flatMap(([topicId, epochs]) =>
    Array.from(
      Map.groupBy(epochs, ([, epoch]) => epoch),
      ([epoch, partitions]): [number, number, string] => [
        topics.of(topicId),
        epoch,
        encodeRanges(partitions.map(([partition]) => partition)),
      ],
    ),
  );
}

/** The parts of a group that its document holds. */
export function fromDocument(document: GroupDocument): Pick<Group, 'topics' | 'matches' | 'members'> {
  const { topics, subscriptions } = document;
  const idOf = (index: number): string => at(topics, index).id;
  const members = document.members.map((member): [string, Member] => [
    member.id,
    decodeMember(member, at(subscriptions, member.subscription), idOf),
  ]);
  return {
    topics: new Map(
      topics.flatMap(({ id, name, partitions }) =>
        name === undefined || partitions === undefined ? [] : [[id, { name, partitionCount: partitions }]],
      ),
    ),
    matches: new Map(
      document.matches.map(([pattern, indexes, principal]) => [
        toPatternKey({ pattern, principal }),
        new Set(indexes.map((index) => idOf(index))),
      ]),
    ),
    members: new Map(members),
  };
}

function decodeMember(
  member: MemberDocument,
  { names, pattern, principal }: GroupDocument['subscriptions'][number],
  idOf: (index: number) => string,
): Member {
  const assigned = decodeOwned(member.assigned, idOf);
  return {
    memberId: member.id,
    instanceId: member.instance,
    rackId: member.rack,
    clientId: member.client,
    epoch: member.epoch,
    previousEpoch: member.previous,
    subscription: { topicNames: names, pattern, ...(principal !== undefined && { principal }) },
    assignor: member.assignor,
    rebalanceTimeoutMs: member.rebalanceMs,
    sessionTimeoutMs: member.sessionMs,
    joinedMs: member.joinedMs,
    assigned,
    revoking: decodeOwned(member.revoking ?? [], idOf),
    revokingSinceMs: member.revokingSinceMs,
    target: decodeTarget(member.target, idOf),
  };
}

function decodeOwned(owned: MemberDocument['assigned'], idOf: (index: number) => string): Owned {
  const decoded = new Map<string, Map<number, number>>();
  for (const [topic, epoch, ranges] of owned) {
    const epochs = decoded.get(idOf(topic)) ?? new Map<number, number>();
    decoded.set(idOf(topic), epochs);
    for (const partition of decodeRanges(ranges)) epochs.set(partition, epoch);
  }
  return decoded;
}

const decodeTarget = (target: MemberDocument['target'], idOf: (index: number) => string): TopicPartitions =>
  new Map(target.map(([topic, ranges]) => [idOf(topic), new Set(decodeRanges(ranges))]));

function at<Each>(all: readonly Each[], index: number): Each {
  const found = all[index];
  if (found === undefined) throw new Error(`assertion failed: ${index} is below ${all.length}`);
  return found;
}

/** Values in the order in which they were first asked for. */
class Indexed<Value> {
  readonly all: Value[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #keyOf: (value: Value) => string;

  constructor(keyOf: (value: Value) => string) {
    this.#keyOf = keyOf;
  }

  of(value: Value): number {
    const key = this.#keyOf(value);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    this.#indexes.set(key, this.all.length);
    return this.all.push(value) - 1;
  }
}
