import { describe, expect, test } from 'vitest';
import { encodeTopic } from '../../lib/cluster/topic-item.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeConfig, makeTopics, openStore } from './stores.ts';

describe('create', () => {
  test('a new topic has the partitions that were asked for, each with a head that this broker leads', async () => {
    const store = await openStore();
    const topic = await makeTopics(store).create({ name: 'orders', partitionCount: 3 });
    expect(topic).toMatchObject({ name: 'orders', partitionCount: 3, overrides: {} });
    for (const partition of [0, 1, 2]) {
      expect(await store.getHead({ topicId: topic.id, partition })).toMatchObject({ leader: 1, next: 0 });
    }
    expect(await store.getHead({ topicId: topic.id, partition: 3 })).toBeUndefined();
  });

  test('what a request leaves out comes from the config of the broker', async () => {
    const topics = makeTopics(await openStore(), { config: makeConfig({ 'num.partitions': 7 }) });
    expect(await topics.create({ name: 'orders' })).toMatchObject({ partitionCount: 7 });
  });

  test('nothing is left of the creation but the topic', async () => {
    const store = await openStore();
    await makeTopics(store).create({ name: 'orders' });
    expect(await store.query({ pk: 'DELETED', limit: 10, direction: 'forward' })).toEqual([]);
  });

  test.each([
    ['a name that is taken', { name: 'taken' }, 'TOPIC_ALREADY_EXISTS', "Topic 'taken' already exists."],
    ['a name that differs in . and _ only', { name: 'a_b.c' }, 'INVALID_TOPIC_EXCEPTION', 'collides'],
    ['an illegal name', { name: 'a b' }, 'INVALID_TOPIC_EXCEPTION', 'ASCII letters'],
    ['no partitions', { name: 'new', partitionCount: 0 }, 'INVALID_PARTITIONS', 'larger than 0'],
    ['half a partition', { name: 'new', partitionCount: 1.5 }, 'INVALID_PARTITIONS', 'larger than 0'],
    ['too many partitions', { name: 'new', partitionCount: 10_001 }, 'INVALID_PARTITIONS', '10000'],
    ['no replicas', { name: 'new', replicationFactor: 0 }, 'INVALID_REPLICATION_FACTOR', 'larger than 0'],
    [
      'more replicas than brokers',
      { name: 'new', replicationFactor: 3 },
      'INVALID_REPLICATION_FACTOR',
      'Replication factor: 3 larger than available brokers: 1.',
    ],
    [
      'a config that nobody obeys',
      { name: 'new', configs: { 'segment.bytes': '1' } },
      'INVALID_CONFIG',
      'max.message.bytes, message.timestamp.type',
    ],
    [
      'a value that a config cannot have',
      { name: 'new', configs: { 'max.message.bytes': '-1' } },
      'INVALID_CONFIG',
      'Invalid value -1 for configuration max.message.bytes',
    ],
  ])('%s is refused', async (_what, topic, error, message) => {
    const topics = makeTopics(await openStore());
    await topics.create({ name: 'taken' });
    await topics.create({ name: 'a.b_c' });
    const refusal = { error, message: expect.stringContaining(message) };
    await expect(topics.create(topic)).rejects.toMatchObject(refusal);
    await expect(topics.validate(topic)).rejects.toMatchObject(refusal);
    expect(await topics.list()).toHaveLength(2);
  });

  test('validate makes nothing', async () => {
    const topics = makeTopics(await openStore());
    await topics.validate({ name: 'orders' });
    expect(await topics.list()).toEqual([]);
  });
});

describe('get and list', () => {
  test('a topic that does not exist, or cannot, is unknown', async () => {
    const topics = makeTopics(await openStore());
    for (const name of ['orders', '', '..', 'a b', 'x'.repeat(2_000)]) {
      await expect(topics.get(name)).rejects.toMatchObject({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
    }
  });

  test('topics are listed in the order of their names, however many there are', async () => {
    const store = await openStore();
    const names = Array.from({ length: 1_001 }, (_, at) => `t${String(at).padStart(4, '0')}`);
    for (const name of names.toReversed()) {
      const topic = { name, id: name, partitionCount: 1, headCount: 1, overrides: {} };
      await store.write([{ kind: 'put', ...encodeTopic(topic), condition: 'absent' }]);
    }
    expect((await makeTopics(store).list()).map(({ name }) => name)).toEqual(names);
  });

  test('a topic is read again when a second has passed', async () => {
    const folder = await tempFolder();
    let nowMs = 5_000;
    const here = makeTopics(await openStore(folder), { clock: () => nowMs });
    const elsewhere = makeTopics(await openStore(folder));
    await here.create({ name: 'orders' });
    await elsewhere.addPartitions('orders', 2);
    nowMs += 999;
    expect(await here.get('orders')).toMatchObject({ partitionCount: 1 });
    nowMs += 2;
    expect(await here.get('orders')).toMatchObject({ partitionCount: 2 });
  });

  test('a topic that was invalidated is read again at once', async () => {
    const folder = await tempFolder();
    const here = makeTopics(await openStore(folder));
    await here.create({ name: 'orders' });
    await makeTopics(await openStore(folder)).delete('orders');
    expect(await here.get('orders')).toMatchObject({ name: 'orders' });
    here.invalidate('orders');
    await expect(here.get('orders')).rejects.toMatchObject({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
  });
});

describe('getOrCreate', () => {
  test('a burst of requests makes one topic', async () => {
    const store = await openStore();
    const topics = makeTopics(store);
    const made = await Promise.all(Array.from({ length: 50 }, () => topics.getOrCreate('orders')));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await store.query({ pk: 'DELETED', limit: 10, direction: 'forward' })).toEqual([]);
  });

  test('two brokers that make it at once have the same topic', async () => {
    const folder = await tempFolder();
    const registries = [makeTopics(await openStore(folder)), makeTopics(await openStore(folder))];
    const made = await Promise.all(registries.map((topics) => topics.getOrCreate('orders')));
    expect(made[0]).toEqual(made[1]);
  });

  test('nothing is made when auto.create.topics.enable is false', async () => {
    const config = makeConfig({ 'auto.create.topics.enable': false });
    const topics = makeTopics(await openStore(), { config });
    await expect(topics.getOrCreate('orders')).rejects.toMatchObject({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
    expect(await topics.list()).toEqual([]);
  });

  test('an illegal name is told as what it is', async () => {
    const topics = makeTopics(await openStore());
    await expect(topics.getOrCreate('a b')).rejects.toMatchObject({ error: 'INVALID_TOPIC_EXCEPTION' });
  });
});

describe('delete', () => {
  test('no head of a deleted topic can be appended to', async () => {
    const store = await openStore();
    const topics = makeTopics(store);
    const { id } = await topics.create({ name: 'orders', partitionCount: 40 });
    await topics.delete('orders');
    for (let partition = 0; partition < 40; partition++) {
      expect(await store.getHead({ topicId: id, partition })).toMatchObject({ deleted: true });
    }
    await expect(topics.get('orders')).rejects.toMatchObject({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
    await expect(topics.delete('orders')).rejects.toMatchObject({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
  });

  test('a topic made again under the same name is another topic', async () => {
    const topics = makeTopics(await openStore());
    const first = await topics.create({ name: 'orders' });
    await topics.delete('orders');
    const second = await topics.create({ name: 'orders' });
    expect(second.id).not.toBe(first.id);
    expect(await topics.get('orders')).toEqual(second);
  });
});

describe('addPartitions', () => {
  test('the new partitions have heads, and the old ones stay as they are', async () => {
    const store = await openStore();
    const topics = makeTopics(store);
    const { id } = await topics.create({ name: 'orders', configs: { 'max.message.bytes': '1000' } });
    await store.lead({ partition: { topicId: id, partition: 0 }, to: 9, seen: 0 as never });
    const grown = await topics.addPartitions('orders', 3);
    expect(grown).toMatchObject({ id, partitionCount: 3, overrides: { 'max.message.bytes': '1000' } });
    expect(await topics.get('orders')).toEqual(grown);
    expect(await store.getHead({ topicId: id, partition: 0 })).toMatchObject({ leader: 9 });
    expect(await store.getHead({ topicId: id, partition: 2 })).toMatchObject({ leader: 1 });
  });

  test.each([
    ['fewer', 1, 'The topic orders currently has 2 partition(s); 1 would not be an increase.'],
    ['as many', 2, 'The topic orders currently has 2 partition(s); 2 would not be an increase.'],
    ['none', 0, 'larger than 0'],
    ['too many', 10_001, '10000'],
  ])('%s are refused', async (_what, partitionCount, message) => {
    const topics = makeTopics(await openStore());
    await topics.create({ name: 'orders', partitionCount: 2 });
    const refusal = { error: 'INVALID_PARTITIONS', message: expect.stringContaining(message) };
    await expect(topics.addPartitions('orders', partitionCount)).rejects.toMatchObject(refusal);
  });

  test('a topic that does not exist is unknown', async () => {
    const topics = makeTopics(await openStore());
    await expect(topics.addPartitions('orders', 2)).rejects.toMatchObject({
      error: 'UNKNOWN_TOPIC_OR_PARTITION',
    });
  });
});

describe('alterConfigs', () => {
  test('a topic gets the configs that it is given, and keeps no others', async () => {
    const topics = makeTopics(await openStore());
    const made = await topics.create({
      name: 'orders',
      partitionCount: 2,
      configs: { 'max.message.bytes': '1000' },
    });
    const configs = { 'message.timestamp.type': 'LogAppendTime' };
    const altered = await topics.alterConfigs('orders', configs);
    expect(altered).toEqual({ ...made, overrides: configs });
    expect(await topics.get('orders')).toEqual(altered);
    expect(await topics.alterConfigs('orders', configs)).toEqual(altered);
  });

  test('partitions that another process adds meanwhile stay, and so do the configs', async () => {
    const folder = await tempFolder();
    const here = makeTopics(await openStore(folder));
    const elsewhere = makeTopics(await openStore(folder));
    await here.create({ name: 'orders' });
    const configs = { 'max.message.bytes': '1000' };
    await Promise.all([here.alterConfigs('orders', configs), elsewhere.addPartitions('orders', 4)]);
    here.invalidate('orders');
    expect(await here.get('orders')).toMatchObject({ partitionCount: 4, overrides: configs });
  });

  test('what is no config is refused, and a topic that does not exist is unknown', async () => {
    const topics = makeTopics(await openStore());
    await topics.create({ name: 'orders' });
    const unknown = topics.alterConfigs('orders', { 'flush.ms': '1' });
    await expect(unknown).rejects.toMatchObject({ error: 'INVALID_CONFIG' });
    const missing = topics.alterConfigs('sales', {});
    await expect(missing).rejects.toMatchObject({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
  });
});
