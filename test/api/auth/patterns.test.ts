import { describe, expect, onTestFinished, test } from 'vitest';
import { JSON_V2 } from '../../../lib/api/http/media-types.ts';
import { loadGroups } from '../../../lib/api/load-groups.ts';
import { openBroker } from '../../../lib/api/open-broker.ts';
import { brokerConfigSchema } from '../../../lib/cluster/broker-config.ts';
import { decodeGroup } from '../../../lib/group/codec/group-item.ts';
import { groupKey } from '../../../lib/storage/keys.ts';
import { ask, GroupClient, Member, settle } from '../groups/group-client.ts';
import { aclBroker, ROOT, testStores } from './acl-broker.ts';

/** Each heartbeat looks for new topics, and for new rules. */
const EAGER = { 'group.consumer.heartbeat.interval.ms': 1 };

async function setUp() {
  const all = await aclBroker(EAGER);
  for (const name of ['city-buses', 'city-quakes', 'city-salaries']) await all.broker.topics.create({ name });
  await all.rules('User:alice ALLOW READ GROUP *', 'User:alice ALLOW DESCRIBE TOPIC city-quakes');
  return all;
}

describe('a member that subscribes by pattern', () => {
  test('gets the topics that it may describe, also when that changes, and when topics come', async () => {
    const { as, broker, rules } = await setUp();
    const group = new GroupClient(as('User:alice'), 'alerts');
    const one = new Member(group, 'one');
    expect(await one.join({ subscribed_topic_regex: 'city-.*' })).toMatchObject({ status: 200 });
    expect(one.partitions).toEqual(['city-quakes-0']);

    await rules('User:alice ALLOW DESCRIBE TOPIC city-b…');
    await settle(group, one);
    expect(one.partitions).toEqual(['city-buses-0', 'city-quakes-0']);
    await broker.topics.create({ name: 'city-bridges' });
    await broker.topics.create({ name: 'city-taxes' });
    await settle(group, one);
    expect(one.partitions).toEqual(['city-bridges-0', 'city-buses-0', 'city-quakes-0']);

    await broker.acls.delete([{ resourceName: 'city-b', patternType: 'PREFIXED' }]);
    await settle(group, one);
    expect(one.partitions).toEqual(['city-quakes-0']);
  });

  test('gets what it may, whatever others of its group may with the same pattern', async () => {
    const { as, rules } = await setUp();
    await rules(
      'User:bob ALLOW READ GROUP alerts',
      'User:bob ALLOW DESCRIBE TOPIC city-buses',
      'User:bob ALLOW DESCRIBE TOPIC city-salaries',
    );
    const group = new GroupClient(as('User:alice'), 'alerts');
    const one = new Member(group, 'one');
    const two = new Member(new GroupClient(as('User:bob'), 'alerts'), 'two');
    for (const member of [one, two]) await member.join({ subscribed_topic_regex: 'city-.*' });
    await settle(group, one, two);
    expect(one.partitions).toEqual(['city-quakes-0']);
    expect(two.partitions).toEqual(['city-buses-0', 'city-salaries-0']);
  });

  test('gets what whoever speaks for it may', async () => {
    const { as, rules } = await setUp();
    await rules('User:bob ALLOW READ GROUP alerts', 'User:bob ALLOW DESCRIBE TOPIC city-buses');
    const one = new Member(new GroupClient(as('User:alice'), 'alerts'), 'one');
    await one.join({ subscribed_topic_regex: 'city-.*' });
    const asBob = new GroupClient(as('User:bob'), 'alerts');
    const { body } = await asBob.heartbeat({ ...one.name });
    expect(JSON.stringify(body)).not.toContain('city-quakes');
  });

  test('shows whoever speaks for it no topics that it named and that he may not describe', async () => {
    const { as, broker, rules } = await setUp();
    await rules('User:bob ALLOW READ GROUP alerts');
    const one = new Member(new GroupClient(as('User:alice'), 'alerts'), 'one');
    await one.join({ subscribed_topic_names: ['city-quakes'] });
    expect(one.partitions).toEqual(['city-quakes-0']);
    const asBob = new GroupClient(as('User:bob'), 'alerts');
    const none = { status: 200, body: { assignment: { topic_partitions: [] } } };
    expect(await asBob.heartbeat({ ...one.name })).toMatchObject(none);
    await broker.acls.delete([{ principal: 'User:alice', resourceType: 'TOPIC' }]);
    expect(await one.beat({ topic_partitions: [] })).toMatchObject(none);
  });

  test('loses nothing when somebody else speaks for it who may as much', async () => {
    // No look for topics is due with this heartbeat.
    const { as, broker, rules } = await aclBroker();
    await broker.topics.create({ name: 'city-quakes' });
    await rules('User:* ALLOW READ GROUP alerts', 'User:* ALLOW DESCRIBE TOPIC city-…');
    const one = new Member(new GroupClient(as('User:alice'), 'alerts'), 'one');
    await one.join({ subscribed_topic_regex: 'city-.*' });
    const asBob = new GroupClient(as('User:bob'), 'alerts');
    const { body } = await asBob.heartbeat({ ...one.name });
    expect(body).toMatchObject({ assignment: { topic_partitions: [{ topic_name: 'city-quakes' }] } });
  });

  test('names topics only that it may describe', async () => {
    const { as } = await setUp();
    const group = new GroupClient(as('User:alice'), 'alerts');
    const topics = { subscribed_topic_names: ['city-quakes', 'city-salaries', 'absent'] };
    expect(await group.heartbeat({ member_id: 'one', member_epoch: 0, ...topics })).toMatchObject({
      status: 403,
      body: { message: 'User:alice is not authorized to DESCRIBE TOPIC city-salaries, absent.' },
    });
  });
});

test('a member that joined before anybody asked who it was is led by who it is from its next heartbeat on', async () => {
  const stores = await testStores();
  const config = brokerConfigSchema.parse(EAGER);
  const before = await openBroker({ stores, brokerId: 1, config, groups: loadGroups });
  onTestFinished(() => before.close());
  for (const name of ['city-buses', 'city-quakes']) await before.topics.create({ name });
  const joined = await before.groups.heartbeat('alerts', {
    memberId: 'one',
    memberEpoch: 0,
    subscribedTopicRegex: 'city-.*',
    principal: 'User:alice',
  });
  expect(joined.assignment).toHaveLength(2);
  // Where nobody asks, it is not kept.
  const kept = await stores.metadata.get(groupKey('alerts'));
  const subscriptions = Array.from(
    kept ? decodeGroup(kept).group.members.values() : [],
    (each) => each.subscription,
  );
  expect(subscriptions).toStrictEqual([{ topicNames: [], pattern: 'city-.*' }]);

  const { as, rules } = await aclBroker(EAGER, stores);
  await rules('User:alice ALLOW READ GROUP *', 'User:alice ALLOW DESCRIBE TOPIC city-quakes');
  const group = new GroupClient(as('User:alice'), 'alerts');
  const one = new Member(group, 'one');
  one.epoch = joined.memberEpoch;
  await settle(group, one);
  expect(one.partitions).toEqual(['city-quakes-0']);
});

test('an instance that subscribed before anybody asked who it was is led to nothing until it subscribes again', async () => {
  const stores = await testStores();
  const config = brokerConfigSchema.parse(EAGER);
  const before = await openBroker({ stores, brokerId: 1, config, groups: loadGroups });
  onTestFinished(() => before.close());
  await before.topics.create({ name: 'city-quakes' });
  await before.consumers.create('alerts', 'one', {
    format: 'json',
    autoOffsetReset: 'earliest',
    autoCommit: true,
    fetchMinBytes: 1,
    requestTimeoutMs: 0,
  });
  await before.consumers.subscribe('alerts', 'one', { topicNames: [], pattern: 'city-.*' });

  const { as, rules } = await aclBroker(EAGER, stores);
  await rules('User:alice ALLOW READ GROUP alerts', 'User:alice ALLOW READ TOPIC *');
  const path = '/consumers/alerts/instances/one';
  const assigned = async () => {
    await as('User:alice')(`${path}/records?timeout=0`, { headers: { Accept: JSON_V2 } });
    return (await ask(as('User:alice'), 'GET', `${path}/assignments`)).body;
  };
  expect(await assigned()).toEqual({ partitions: [] });
  await ask(as('User:alice'), 'POST', `${path}/subscription`, { topic_pattern: 'city-.*' });
  expect(await assigned()).toEqual({ partitions: [{ topic: 'city-quakes', partition: 0 }] });
});

describe('a consumer instance', () => {
  async function instanceOf(setup: Awaited<ReturnType<typeof setUp>>, subscription: object) {
    const { as, rules, broker } = setup;
    await rules('User:alice ALLOW READ TOPIC city-quakes', 'User:bob ALLOW READ GROUP alerts');
    for (const topic of ['city-buses', 'city-quakes', 'city-salaries']) {
      const body = JSON.stringify({ records: [{ value: topic }] });
      await as(ROOT)(`/topics/${topic}`, { method: 'POST', headers: { 'Content-Type': JSON_V2 }, body });
    }
    const path = '/consumers/alerts/instances/one';
    const reset = { name: 'one', format: 'json', 'auto.offset.reset': 'earliest' };
    await ask(as('User:alice'), 'POST', '/consumers/alerts', reset);
    const subscribed = await ask(as('User:alice'), 'POST', `${path}/subscription`, subscription);
    const read = async (principal: string) => {
      const answer = await as(principal)(`${path}/records?timeout=0`, { headers: { Accept: JSON_V2 } });
      return { status: answer.status, body: (await answer.json()) as unknown };
    };
    return { broker, path, subscribed, read };
  }

  test('that subscribes by pattern reads the topics that its subscriber may describe', async () => {
    const setup = await setUp();
    const { read, path } = await instanceOf(setup, { topic_pattern: 'city-.*' });
    expect(await read('User:alice')).toMatchObject({ status: 200, body: [{ topic: 'city-quakes' }] });
    const { body } = await ask(setup.as('User:alice'), 'GET', `${path}/subscription`);
    expect(body).toEqual({ topics: ['city-quakes'] });
  });

  test('is read by who may read all of its topics, and nothing is lost to the others', async () => {
    const setup = await setUp();
    await setup.rules('User:alice ALLOW DESCRIBE TOPIC city-salaries');
    const { read, path } = await instanceOf(setup, { topic_pattern: 'city-.*' });
    const refusal = {
      status: 403,
      body: {
        error_code: 40301,
        message: 'User:alice is not authorized to READ every topic that the instance reads.',
      },
    };
    expect(await read('User:alice')).toEqual(refusal);
    expect(await read('User:bob')).toMatchObject({ status: 403 });
    expect(await ask(setup.as('User:alice'), 'POST', `${path}/offsets`)).toEqual(refusal);
    await setup.rules('User:alice ALLOW READ TOPIC city-salaries');
    const first = await read('User:alice');
    expect(first).toMatchObject({ status: 200 });
    expect(JSON.stringify(first.body)).toContain('city-salaries');
    expect(JSON.stringify(first.body)).toContain('city-quakes');
    expect(await ask(setup.as('User:alice'), 'POST', `${path}/offsets`)).toMatchObject({ status: 200 });
  });

  test('is moved as a whole only by who may read all of its topics, for where it stands it commits', async () => {
    const setup = await setUp();
    const { path, read } = await instanceOf(setup, { topics: ['city-quakes'] });
    expect(await read('User:alice')).toMatchObject({ status: 200, body: [{ offset: 0 }] });
    const [alice, bob] = [setup.as('User:alice'), setup.as('User:bob')];
    for (const end of ['beginning', 'end']) {
      const all = { partitions: [] };
      expect(await ask(bob, 'POST', `${path}/positions/${end}`, all)).toMatchObject({
        status: 403,
        body: { message: 'User:bob is not authorized to READ every topic that the instance reads.' },
      });
      expect(await ask(alice, 'POST', `${path}/positions/${end}`, all)).toMatchObject({ status: 204 });
    }
    await ask(alice, 'POST', `${path}/positions/beginning`, { partitions: [] });
    await ask(bob, 'POST', `${path}/positions/end`, { partitions: [] });
    await ask(bob, 'DELETE', path);
    expect(await new GroupClient(setup.as(ROOT), 'alerts').committed()).toEqual(['city-quakes-0@0']);
  });

  test('is assigned only what may be read, and loses it with the right to', async () => {
    const setup = await setUp();
    const { path, read } = await instanceOf(setup, { topics: ['city-quakes'] });
    const alice = setup.as('User:alice');
    await ask(alice, 'DELETE', `${path}/subscription`);
    const named = (topic: string) => ({ partitions: [{ topic, partition: 0 }] });
    expect(await ask(alice, 'POST', `${path}/assignments`, named('city-buses'))).toMatchObject({
      status: 403,
    });
    expect(await ask(alice, 'POST', `${path}/assignments`, named('city-quakes'))).toMatchObject({
      status: 204,
    });
    expect(await read('User:alice')).toMatchObject({ status: 200, body: [{ topic: 'city-quakes' }] });
    await setup.rules('User:alice DENY READ TOPIC city-quakes');
    expect(await read('User:alice')).toMatchObject({ status: 403 });
  });
});
