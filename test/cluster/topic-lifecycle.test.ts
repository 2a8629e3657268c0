import { describe, expect, test } from 'vitest';
import type { StoredTopics } from '../../lib/cluster/topics.ts';
import type { Topic } from '../../lib/cluster/types.ts';
import { UnknownOutcomeError } from '../../lib/storage/errors.ts';
import type { MetadataStore } from '../../lib/storage/metadata-store.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { interruptedStore } from './interrupted-store.ts';
import { makeTopics, openStore } from './stores.ts';

const PARTITIONS = 3;

/** What the stores hold, by reading all that a deletion or a maintenance run would look at. */
async function readState(store: MetadataStore, topicIds: Iterable<string>) {
  const topics = await makeTopics(store).list();
  const deleted = await store.query({ pk: 'DELETED', limit: 1_000, direction: 'forward' });
  const heads: { topicId: string; partition: number; deleted: boolean }[] = [];
  for (const topicId of topicIds) {
    for (let partition = 0; partition < 2 * PARTITIONS; partition++) {
      const head = await store.getHead({ topicId, partition });
      if (head !== undefined) heads.push({ topicId, partition, deleted: head.deleted });
    }
  }
  return { topics, deleted, heads };
}

/** Every head belongs to a topic that is there, or is listed as garbage, and dead when its topic existed. */
async function assertConsistent(store: MetadataStore, topicIds: Iterable<string>): Promise<Topic[]> {
  const { topics, deleted, heads } = await readState(store, topicIds);
  for (const topic of topics) {
    const own = heads.filter(
      ({ topicId, partition }) => topicId === topic.id && partition < topic.partitionCount,
    );
    expect(own).toHaveLength(topic.partitionCount);
    expect(own.every((head) => !head.deleted)).toBe(true);
  }
  for (const head of heads.filter(({ topicId }) => topics.every(({ id }) => id !== topicId))) {
    const listed = deleted.find(({ key }) => key.sk === head.topicId);
    expect(listed?.attributes.headCount).toBeGreaterThan(head.partition);
    expect(head.deleted).toBe(listed?.attributes.state !== 'creating');
  }
  return topics;
}

const operations: readonly [string, (topics: StoredTopics) => Promise<unknown>][] = [
  ['create', (topics) => topics.create({ name: 'fresh', partitionCount: PARTITIONS })],
  ['delete', (topics) => topics.delete('old')],
  ['addPartitions', (topics) => topics.addPartitions('old', 2 * PARTITIONS)],
];

/** Runs an operation once for every step at which it can be interrupted, each time on new stores. */
async function interruptAtEveryStep(
  operate: (topics: StoredTopics) => Promise<unknown>,
  options: { isDone: boolean; isForGood: boolean; makeError: () => Error },
  check: (
    store: MetadataStore,
    outcome: PromiseSettledResult<unknown>,
    ids: readonly string[],
  ) => Promise<void>,
): Promise<number> {
  for (let callsBefore = 0; ; callsBefore++) {
    const store = await openStore();
    const old = await makeTopics(store).create({ name: 'old', partitionCount: PARTITIONS });
    const ids = [old.id];
    const interrupted = interruptedStore(store, { ...options, callsBefore });
    const topics = makeTopics(interrupted.store, { onTopicId: (id) => ids.push(id) });
    const [outcome] = await Promise.allSettled([operate(topics)]);
    if (!interrupted.wasInterrupted()) return callsBefore;
    await check(store, outcome, ids);
  }
}

describe.each(operations)('%s', (name, operate) => {
  test.each([
    ['before', false],
    ['after', true],
  ])('a crash %s any step leaves nothing that a start cannot finish', async (_when, isDone) => {
    const crash = { isDone, isForGood: true, makeError: () => new Error('crash') };
    const steps = await interruptAtEveryStep(operate, crash, async (store, outcome, ids) => {
      expect(outcome.status).toBe('rejected');
      const restarted = makeTopics(store);
      await restarted.finishDeletions();
      const topics = await assertConsistent(store, ids);
      // Whatever came of it, the same request can be sent again.
      const [again] = await Promise.allSettled([operate(makeTopics(store))]);
      if (again.status === 'rejected') {
        expect(again.reason).toMatchObject({
          error:
            { create: 'TOPIC_ALREADY_EXISTS', delete: 'UNKNOWN_TOPIC_OR_PARTITION' }[name] ??
            'INVALID_PARTITIONS',
        });
      }
      expect(topics.length).toBeGreaterThanOrEqual(name === 'delete' ? 0 : 1);
    });
    expect(steps).toBeGreaterThanOrEqual(4);
  });

  test.each([
    ['was not done', false],
    ['was done', true],
  ])('an answer lost on the way, of a call that %s, does not change the outcome', async (_what, isDone) => {
    const lost = { isDone, isForGood: false, makeError: () => new UnknownOutcomeError('connection reset') };
    await interruptAtEveryStep(operate, lost, async (store, outcome, ids) => {
      const topics = await assertConsistent(store, ids);
      const found = topics.map(({ name: topic, partitionCount }) => `${topic} ${partitionCount}`);
      const expected = { create: ['fresh 3', 'old 3'], delete: [], addPartitions: ['old 6'] };
      expect(found).toEqual(expected[name as keyof typeof expected]);
      expect(outcome.status).toBe('fulfilled');
    });
  });
});

describe('races of two brokers on one folder', () => {
  const ROUNDS = 20;

  async function openTwo() {
    const folder = await tempFolder();
    const stores = [await openStore(folder), await openStore(folder)] as const;
    return { store: stores[0], registries: stores.map((store) => makeTopics(store)) };
  }

  test('of two that create the same topic, one does and the other hears that it exists', async () => {
    const { registries } = await openTwo();
    for (let round = 0; round < ROUNDS; round++) {
      const name = `t${round}`;
      const outcomes = await Promise.allSettled(registries.map((topics) => topics.create({ name })));
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const refused = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
      expect(refused.reason).toMatchObject({ error: 'TOPIC_ALREADY_EXISTS' });
    }
  });

  test('of two that delete the same topic, one does and the other hears that it is unknown', async () => {
    const { store, registries } = await openTwo();
    for (let round = 0; round < ROUNDS; round++) {
      const name = `t${round}`;
      const { id } = await makeTopics(store).create({ name });
      const outcomes = await Promise.allSettled(registries.map((topics) => topics.delete(name)));
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(await store.getHead({ topicId: id, partition: 0 })).toMatchObject({ deleted: true });
    }
  });

  test('partitions added while the topic is deleted die with it', async () => {
    const { store, registries } = await openTwo();
    for (let round = 0; round < ROUNDS; round++) {
      const name = `t${round}`;
      const { id } = await makeTopics(store).create({ name, partitionCount: PARTITIONS });
      const [deleted, added] = await Promise.allSettled([
        registries[0]?.delete(name),
        registries[1]?.addPartitions(name, 2 * PARTITIONS),
      ]);
      expect(deleted.status).toBe('fulfilled');
      await assertConsistent(store, [id]);
      if (added.status === 'rejected') {
        expect(added.reason).toMatchObject({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
      }
    }
  });
});
