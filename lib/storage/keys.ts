import type { Offset } from '../kafka/types.ts';
import type { ObjectId, PartitionKey } from './head.ts';
import type { ItemKey } from './item.ts';

/** Where everything is kept. One place, so that the whole layout can be read at a glance. */

/** Offsets in keys have 20 digits, so that their order as text is their order as numbers. */
const digits = (offset: Offset): string => String(offset).padStart(20, '0');

const partitionPk = ({ topicId, partition }: PartitionKey): string => `P#${topicId}#${partition}`;

/** Cluster id, format version, next producer id. */
export const clusterMetaKey: ItemKey = { pk: 'CLUSTER', sk: 'meta' };

export const TOPICS_PK = 'TOPICS';
/** Topic id, partition count, configs. */
export const topicKey = (name: string): ItemKey => ({ pk: TOPICS_PK, sk: name });

export const DELETED_PK = 'DELETED';
/** What maintenance has still to remove of a topic id. */
export const deletedKey = (topicId: string): ItemKey => ({ pk: DELETED_PK, sk: topicId });

const HEAD_SK = 'head';

export const headKey = (partition: PartitionKey): ItemKey => ({ pk: partitionPk(partition), sk: HEAD_SK });

export const isHeadKey = ({ pk, sk }: ItemKey): boolean => sk === HEAD_SK && pk.startsWith('P#');

/** An index page: entries that left the head. */
export const pageKey = (partition: PartitionKey, base: Offset): ItemKey => ({
  pk: partitionPk(partition),
  sk: `i#${digits(base)}`,
});

/** A producer's state after it left the head. */
export const producerKey = (partition: PartitionKey, producerId: string): ItemKey => ({
  pk: partitionPk(partition),
  sk: `producer#${producerId}`,
});

/**
 * A request that its caller may repeat, and its result. What the principal's name holds cannot reach into the key: `#`
 * is escaped in it.
 */
export const requestKey = (principal: string, idempotencyKey: string): ItemKey => ({
  pk: `K#${encodeURIComponent(principal)}#${idempotencyKey}`,
  sk: 'request',
});

export const API_KEYS_PK = 'KEYS';
/** An API key: whose it is, and a salted hash of its secret. */
export const apiKeyKey = (keyId: string): ItemKey => ({ pk: API_KEYS_PK, sk: keyId });

const INLINE_SHARDS = 16;

/** A small intake object. The shard comes from the last character of the id, which is random. */
export const inlineIntakeKey = (id: ObjectId): ItemKey => ({
  pk: `N#${id.charCodeAt(id.length - 1) % INLINE_SHARDS}`,
  sk: id,
});

/** An intake object in the object store. */
export const intakeObjectKey = (id: ObjectId): string => `intake/${id}`;

export const GROUPS_PK = 'GROUPS';
/** That there is a consumer group of this name, so that groups can be listed. */
export const groupListingKey = (groupId: string): ItemKey => ({ pk: GROUPS_PK, sk: groupId });

const groupPk = (groupId: string): string => `G#${groupId}`;

/** A consumer group: its members, their subscriptions, targets, and who holds what. */
export const groupKey = (groupId: string): ItemKey => ({ pk: groupPk(groupId), sk: 'group' });

const MEMBER = 'm#';
/** When a member was last heard of. */
export const memberKey = (groupId: string, memberId: string): ItemKey => ({
  pk: groupPk(groupId),
  sk: MEMBER + memberId,
});

const COMMITTED = 'o#';
/** What a group committed for a partition. */
export const committedOffsetKey = (groupId: string, { topicId, partition }: PartitionKey): ItemKey => ({
  pk: groupPk(groupId),
  sk: `${COMMITTED}${topicId}#${partition}`,
});

const INSTANCE = 'c#';
/** A consumer instance of REST v2: what it reads, and how far it is. */
export const consumerInstanceKey = (groupId: string, name: string): ItemKey => ({
  pk: groupPk(groupId),
  sk: INSTANCE + name,
});

/** All keys of a group that begin with a prefix, for a query: `$` is the character behind `#`. */
const beginningWith = (groupId: string, prefix: `${string}#`) => ({
  pk: groupPk(groupId),
  from: prefix,
  to: `${prefix.slice(0, -1)}$`,
});

export const groupMembersRange = (groupId: string) => beginningWith(groupId, MEMBER);
export const committedOffsetsRange = (groupId: string) => beginningWith(groupId, COMMITTED);
export const consumerInstancesRange = (groupId: string) => beginningWith(groupId, INSTANCE);

/** The member id in a key of {@link memberKey}. */
export const memberIdOf = ({ sk }: ItemKey): string => sk.slice(MEMBER.length);

/** The name in a key of {@link consumerInstanceKey}. */
export const instanceNameOf = ({ sk }: ItemKey): string => sk.slice(INSTANCE.length);

/** The partition in a key of {@link committedOffsetKey}. */
export function committedPartitionOf({ sk }: ItemKey): PartitionKey {
  const [, topicId = '', partition = ''] = sk.split('#');
  return { topicId, partition: Number(partition) };
}

export const ACLS_PK = 'ACLS';
/** A rule that says who may, or may not, do something (ACL). */
export const aclKey = (id: string): ItemKey => ({ pk: ACLS_PK, sk: id });
