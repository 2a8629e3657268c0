import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../../lib/api/app.ts';
import { JSON_TYPE, V2_JSON } from '../../../lib/api/http/media-types.ts';
import { openBroker } from '../../../lib/api/open-broker.ts';
import { allRoutes } from '../../../lib/api/routes/all.ts';
import { brokerConfigSchema } from '../../../lib/cluster/broker-config.ts';
import { openEmbeddedStores } from '../../../lib/storage/embedded.ts';
import { testBroker } from '../../support/broker.ts';
import { binary } from '../../support/requests.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { ask, GroupClient, Member } from './group-client.ts';

async function setUp() {
  const all = await testBroker();
  const { id } = await all.broker.topics.create({ name: 'quakes', partitionCount: 2 });
  await all.send('/topics/quakes', binary({ partition: 0 }, { partition: 0 }, { partition: 1 }));
  return { ...all, topicId: id, group: new GroupClient(all.send, 'alerts') };
}

test('groups are listed in the order of their names', async () => {
  const { send } = await setUp();
  expect(await ask(send, 'GET', '/groups')).toEqual({ status: 200, body: { groups: [] } });
  for (const name of ['b', 'a'])
    await new Member(new GroupClient(send, name), 'one').join({ subscribed_topic_names: ['quakes'] });
  await new GroupClient(send, 'c').commit({ offsets: [{ topic: 'quakes', partition: 0, offset: 1 }] });
  const group = { type: 'consumer', state: 'Stable', member_count: 1, is_simple: false, assignor: 'uniform' };
  expect(await ask(send, 'GET', '/groups')).toEqual({
    status: 200,
    body: {
      groups: [
        { group_id: 'a', ...group },
        { group_id: 'b', ...group },
        { group_id: 'c', ...group, state: 'Empty', member_count: 0, is_simple: true },
      ],
    },
  });
});

test('a group is described with its members, what they own, and what they shall own', async () => {
  const { group, topicId } = await setUp();
  const [one, two] = [new Member(group, 'one'), new Member(group, 'two')];
  await one.join({
    instance_id: 'rack-1',
    client_id: 'app',
    rack_id: 'eu-1a',
    server_assignor: 'range',
    subscribed_topic_names: ['quakes', 'buses'],
  });
  await two.join({ subscribed_topic_regex: 'quak.*' });
  const owned = (...partitions: number[]) => ({
    topic_partitions:
      partitions.length === 0 ? [] : [{ topic_id: topicId, topic_name: 'quakes', partitions }],
  });
  expect(await group.describe()).toEqual({
    status: 200,
    body: {
      group_id: 'alerts',
      type: 'consumer',
      state: 'Reconciling',
      group_epoch: 2,
      assignor: 'range',
      is_simple: false,
      members: [
        {
          member_id: 'one',
          instance_id: 'rack-1',
          client_id: 'app',
          rack_id: 'eu-1a',
          member_epoch: 1,
          state: 'STABLE',
          subscribed_topic_names: ['buses', 'quakes'],
          subscribed_topic_regex: null,
          assignment: owned(0, 1),
          target_assignment: owned(0),
        },
        {
          member_id: 'two',
          instance_id: null,
          client_id: null,
          rack_id: null,
          member_epoch: 2,
          state: 'UNRELEASED_PARTITIONS',
          subscribed_topic_names: [],
          subscribed_topic_regex: 'quak.*',
          assignment: owned(),
          target_assignment: owned(1),
        },
      ],
    },
  });
});

test('lags are told of each partition that was committed or is owned', async () => {
  const { broker, group, send } = await setUp();
  await broker.topics.create({ name: 'buses' });
  await group.commit({
    offsets: [
      { topic: 'quakes', partition: 0, offset: 1 },
      { topic: 'buses', partition: 0, offset: 7 },
    ],
  });
  await new Member(group, 'one').join({
    client_id: 'app',
    instance_id: 'rack-1',
    subscribed_topic_names: ['quakes'],
  });
  const owner = { member_id: 'one', instance_id: 'rack-1', client_id: 'app' };
  const nobody = { member_id: null, instance_id: null, client_id: null };
  expect(await group.lags()).toEqual({
    status: 200,
    body: {
      lags: [
        { topic: 'buses', partition: 0, current_offset: 7, log_end_offset: 0, lag: 0, ...nobody },
        { topic: 'quakes', partition: 0, current_offset: 1, log_end_offset: 2, lag: 1, ...owner },
        { topic: 'quakes', partition: 1, current_offset: null, log_end_offset: 1, lag: null, ...owner },
      ],
    },
  });
  await send('/topics/quakes', binary({ partition: 0 }));
  expect((await group.lags()).body).toMatchObject({ lags: [{}, { log_end_offset: 3, lag: 2 }, {}] });
});

test('NON_EMPTY_GROUP: a group is deleted, with its offsets, only when all have left', async () => {
  const { group, send } = await setUp();
  const one = new Member(group, 'one');
  await one.join({ subscribed_topic_names: ['quakes'] });
  await group.commit({ ...one.name, offsets: [{ topic: 'quakes', partition: 0, offset: 1 }] });
  const before = await group.everything();
  expect(await group.delete()).toEqual({
    status: 409,
    body: { error_code: 40925, message: expect.stringContaining('1 member') },
  });
  expect(await group.everything()).toEqual(before);

  await one.leave();
  expect(await group.delete()).toEqual({ status: 204, body: undefined });
  expect(await ask(send, 'GET', '/groups')).toMatchObject({ body: { groups: [] } });
  await one.join({ subscribed_topic_names: ['quakes'] });
  expect(await group.committed()).toEqual([]);
});

test.each(['describe', 'lags', 'delete'] as const)('GROUP_ID_NOT_FOUND: %s of no group', async (call) => {
  const { send, bugs } = await setUp();
  const group = new GroupClient(send, 'none');
  expect(await group[call]()).toEqual({
    status: 404,
    body: { error_code: 40404, message: expect.stringContaining('none') },
  });
  expect(await ask(send, 'GET', '/groups')).toMatchObject({ body: { groups: [] } });
  expect(bugs).toEqual([]);
});

test.each([
  'a/b',
  'a#b',
  'a?b=c&d',
  'a b',
  'a:b',
  'offsets:fetch',
  'heartbeat',
  '100%',
  '%2F',
  '%FF',
  'a+b;c,d',
  '地震',
  'ça va \u{1f30b}',
  '/',
  'a/',
  '{group}',
  ':group',
  '*',
])('a group may be called %j', async (name) => {
  const { send } = await setUp();
  const group = new GroupClient(send, name);
  await new Member(group, name).join({ subscribed_topic_names: ['quakes'] });
  expect(await ask(send, 'GET', '/groups')).toMatchObject({ body: { groups: [{ group_id: name }] } });
  expect(await group.describe()).toMatchObject({
    status: 200,
    body: { group_id: name, members: [{ member_id: name }] },
  });
  const member = { member_id: name, member_epoch: 1 };
  const offsets = [{ topic: 'quakes', partition: 0, offset: 1 }];
  expect(await group.commit({ ...member, offsets })).toMatchObject({ status: 204 });
  expect(await group.committed()).toEqual(['quakes-0@1']);
  expect(await group.lags()).toMatchObject({ status: 200 });
  await new Member(group, name).leave();
  expect(await group.reset({ partitions: [{ topic: 'quakes' }], to: 'earliest' })).toMatchObject({
    status: 200,
  });
  expect(await group.delete()).toMatchObject({ status: 204 });
});

test.each([
  ['POST', '/groups/alerts/offsets:commit', 404],
  ['POST', '/groups/alerts/offsetsfetch', 404],
  ['POST', '/groups/alerts/offsets:fetch/more', 404],
  ['POST', '/groups/alerts/heartbeats', 404],
  ['POST', '/groups//heartbeat', 404],
  ['GET', '/groups/alerts/offsets:fetch', 405],
  ['GET', '/groups/alerts/offsets:reset', 405],
  ['GET', '/groups/alerts/offsets', 405],
  ['GET', '/groups/alerts/heartbeat', 405],
  ['POST', '/groups', 405],
  ['POST', '/groups/alerts', 405],
  ['POST', '/groups/alerts/lags', 405],
])('%s %s is %i', async (method, path, status) => {
  const { send } = await setUp();
  expect(await ask(send, method, path)).toMatchObject({ status, body: { error_code: status } });
});

test('bodies and answers may be of v2’s own type, or plain JSON', async () => {
  const { group, send } = await setUp();
  const body = JSON.stringify({ member_id: 'one', member_epoch: 0, subscribed_topic_names: ['quakes'] });
  for (const [given, wanted, answered] of [
    [JSON_TYPE, '*/*', V2_JSON],
    [V2_JSON, JSON_TYPE, JSON_TYPE],
  ] as const) {
    const headers = { 'Content-Type': given, Accept: wanted };
    const answer = await send(`${group.path}/heartbeat`, { method: 'POST', headers, body });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, answered]);
    const refused = await send('/groups/none', { headers: { Accept: wanted } });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([404, answered]);
  }
});

test('a topic that another broker has deleted is 40401, though it is still remembered here', async () => {
  const stores = await openEmbeddedStores(await tempFolder());
  onTestFinished(() => stores.close());
  const open = async () => {
    const broker = await openBroker({ stores, brokerId: 1, config: brokerConfigSchema.parse({}) });
    onTestFinished(() => broker.close());
    return broker;
  };
  const [here, there] = [await open(), await open()];
  const app = createApp(here, allRoutes);
  const group = new GroupClient(
    async (path, init) => app.fetch(new Request(`http://broker.test${path}`, init)),
    'g',
  );
  await here.topics.create({ name: 'quakes' });
  await there.topics.delete('quakes');
  expect(await group.reset({ partitions: [{ topic: 'quakes', partition: 0 }], to: 'latest' })).toMatchObject({
    status: 404,
    body: { error_code: 40401 },
  });
});

test('COORDINATOR_NOT_AVAILABLE: a broker that shuts down sends members elsewhere', async () => {
  const { broker, group, send } = await setUp();
  await broker.groups.close();
  const answer = await send(group.path);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await answer.json()).toMatchObject({ error_code: 50304 });
});
