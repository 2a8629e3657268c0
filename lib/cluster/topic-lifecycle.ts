import { isDeepStrictEqual } from 'node:util';
import { KafkaError } from '../kafka/errors.ts';
import { forEachBounded } from '../storage/for-each-bounded.ts';
import type { PartitionKey } from '../storage/head.ts';
import type { Item } from '../storage/item.ts';
import { DELETED_PK, deletedKey, TOPICS_PK, topicKey } from '../storage/keys.ts';
import type { MetadataStore } from '../storage/metadata-store.ts';
import type { PlannedTopic } from './new-topic.ts';
import { type KeyRange, queryAll } from './query-all.ts';
import { decodeDeleted, decodeTopic, encodeDeleted, encodeTopic, type StoredTopic } from './topic-item.ts';
import type { ConfigOverrides } from './types.ts';
import { repeat, writeOnce } from './write-once.ts';

/**
 * How a topic comes and goes. After a crash at any step, one of two things holds: a topic stands in `TOPICS`
 * and all its heads exist; or its id stands in `DELETED`, and all its heads will be found from there.
 */

const KILLS_IN_FLIGHT_MAX = 32;
/** Each lost race means that somebody else changed the topic; this many in a row are an overload. */
const RACES_MAX = 20;

const partitionsOf = (topicId: string, from: number, to: number): PartitionKey[] =>
  Array.from({ length: to - from }, (_, at) => ({ topicId, partition: from + at }));

export async function readTopic(store: MetadataStore, name: string): Promise<StoredTopic | undefined> {
  const item = await repeat(() => store.get(topicKey(name)));
  return item === undefined ? undefined : decodeTopic(item);
}

/**
 * 1. `DELETED/<id>`: a crash from here on leaves heads that are listed as garbage.
 * 2. The heads: before the topic, so that whoever sees the topic finds all of them.
 * 3. The topic, and `DELETED/<id>` away, in one write: from here on it exists.
 *
 * @throws KafkaError TOPIC_ALREADY_EXISTS, REQUEST_TIMED_OUT; StoreErrors.
 */
export async function createTopic(
  store: MetadataStore,
  planned: PlannedTopic,
  id: string,
  leader: number,
): Promise<StoredTopic> {
  const { name, partitionCount } = planned;
  const garbage = encodeDeleted({ id, name, headCount: partitionCount, state: 'creating' });
  // Refused can only mean that an answer was lost: nobody else knows the id.
  await writeOnce(store, [{ kind: 'put', ...garbage, condition: 'absent' }]);
  const listed = await repeat(() => store.get(garbage.key));
  if (listed === undefined) throw abandoned(name);
  await repeat(() => store.createHeads(partitionsOf(id, 0, partitionCount), leader));

  const stillListed = { version: listed.version };
  const outcome = await writeOnce(store, [
    { kind: 'put', ...encodeTopic({ ...planned, id, headCount: partitionCount }), condition: 'absent' },
    { kind: 'delete', key: garbage.key, condition: stillListed },
  ]);
  const standing = outcome.kind === 'refused' ? outcome.current[0] : undefined;
  if (standing !== undefined && decodeTopic(standing).id !== id) throw alreadyExists(name);
  if (outcome.kind === 'refused' && standing === undefined) throw abandoned(name);

  const made = await readTopic(store, name);
  if (made?.id !== id) throw abandoned(name);
  return made;
}

export function alreadyExists(name: string): KafkaError {
  return new KafkaError('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`);
}

/** Somebody cleaned up, or deleted the topic, before we were done: so slow that it counts as a timeout. */
function abandoned(name: string): KafkaError {
  return new KafkaError(
    'REQUEST_TIMED_OUT',
    `Topic '${name}' was deleted while it was being created. Create it again.`,
  );
}

/**
 * 1. The topic goes and its id comes into `DELETED`, in one write: from here on it does not exist.
 * 2. Every head is killed: from here on no broker that still knows the topic can append to it.
 *
 * @returns false when there is no such topic.
 */
export async function deleteTopic(store: MetadataStore, name: string): Promise<boolean> {
  for (let race = 0; race < RACES_MAX; race++) {
    const topic = await readTopic(store, name);
    if (topic === undefined) return false;
    const { id, headCount } = topic;
    const outcome = await writeOnce(store, [
      { kind: 'delete', key: topicKey(name), condition: { version: topic.version } },
      { kind: 'put', ...encodeDeleted({ id, name, headCount, state: 'killing' }), condition: 'absent' },
    ]);
    const deleted = await repeat(() => store.get(deletedKey(id)));
    if (deleted !== undefined) {
      // Whoever wrote it: the answer to a deletion waits until every head is marked.
      await killHeads(store, deleted);
      return outcome.kind === 'done' || outcome.mayBeOwn;
    }
    if (outcome.kind === 'done') return true;
  }
  throw tooManyChanges(name);
}

/** Kills all heads of a deleted topic, and then notes that nobody need do it again. */
async function killHeads(store: MetadataStore, item: Item): Promise<void> {
  const deleted = decodeDeleted(item);
  if (deleted.state !== 'killing') return;
  await forEachBounded(
    partitionsOf(deleted.id, 0, deleted.headCount),
    KILLS_IN_FLIGHT_MAX,
    // Refused means that there is no such head: a crash came between the note of it and its making.
    (partition) => repeat(() => store.kill(partition)),
  );
  const killed = encodeDeleted({ ...deleted, state: 'killed' });
  const stillAsRead = { version: item.version };
  // Refused means that somebody else killed them too, or that an answer was lost. Both will do.
  await writeOnce(store, [{ kind: 'put', ...killed, condition: stillAsRead }]);
}

/** Goes on with deletions that a crash interrupted. What they leave is maintenance's to remove. */
export async function finishDeletions(store: MetadataStore): Promise<void> {
  for await (const item of queryAll(store, { pk: DELETED_PK })) await killHeads(store, item);
}

/**
 * 1. `headCount` in the topic: a deletion from here on kills the new heads too.
 * 2. The heads. 3. `partitionCount`: from here on the new partitions exist.
 *
 * @param decide Throws when this topic must not get so many partitions.
 * @returns `undefined` when there is no such topic.
 */
export async function growTopic(
  store: MetadataStore,
  name: string,
  partitionCount: number,
  leader: number,
  decide: (topic: StoredTopic) => void,
): Promise<StoredTopic | undefined> {
  for (let race = 0; race < RACES_MAX; race++) {
    const topic = await readTopic(store, name);
    if (topic === undefined) return undefined;
    decide(topic);
    const headCount = Math.max(topic.headCount, partitionCount);
    if (headCount > topic.headCount && !(await replaceTopic(store, topic, { ...topic, headCount }))) continue;
    await repeat(() =>
      store.createHeads(partitionsOf(topic.id, topic.partitionCount, partitionCount), leader),
    );
    const noted = await readTopic(store, name);
    // Another one deleted it, or added partitions meanwhile: what holds now is decided anew.
    if (noted?.id !== topic.id || noted.partitionCount !== topic.partitionCount) continue;
    if (await replaceTopic(store, noted, { ...noted, partitionCount })) return { ...noted, partitionCount };
  }
  throw tooManyChanges(name);
}

/**
 * Gives a topic other overrides than it has, all of them at once.
 *
 * @returns `undefined` when there is no such topic.
 */
export async function alterTopic(
  store: MetadataStore,
  name: string,
  overrides: ConfigOverrides,
): Promise<StoredTopic | undefined> {
  for (let race = 0; race < RACES_MAX; race++) {
    const topic = await readTopic(store, name);
    if (topic === undefined) return undefined;
    const next = { ...topic, overrides };
    if (await replaceTopic(store, topic, next)) return next;
  }
  throw tooManyChanges(name);
}

/** False when the topic is no longer as it was read, unless it already is as it should become. */
async function replaceTopic(store: MetadataStore, read: StoredTopic, next: StoredTopic): Promise<boolean> {
  const stillAsRead = { version: read.version };
  const outcome = await writeOnce(store, [{ kind: 'put', ...encodeTopic(next), condition: stillAsRead }]);
  if (outcome.kind === 'done') return true;
  const [standing] = outcome.current;
  if (standing === undefined) return false;
  const { id, partitionCount, headCount, overrides } = decodeTopic(standing);
  const isAsNext = id === next.id && partitionCount === next.partitionCount && headCount === next.headCount;
  return isAsNext && isDeepStrictEqual(overrides, next.overrides);
}

const tooManyChanges = (name: string): KafkaError =>
  new KafkaError('REQUEST_TIMED_OUT', `Topic '${name}' changes too often. Try again in a moment.`);

/** All topics whose names lie in a range, in the order of the names. */
export async function* readTopics(store: MetadataStore, range: KeyRange = {}): AsyncGenerator<StoredTopic> {
  for await (const item of queryAll(store, { pk: TOPICS_PK, ...range })) yield decodeTopic(item);
}
