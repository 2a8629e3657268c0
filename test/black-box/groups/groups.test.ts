import { describe, expect, test } from 'vitest';
import { JSON_TYPE, V2_JSON } from '../../../lib/api/http/media-types.ts';
import { ask, GroupClient, Member } from '../../api/groups/group-client.ts';
import { binary } from '../../support/requests.ts';
import { send } from '../support/client.ts';
import { freshGroup, nameOf } from '../support/groups.ts';
import { freshName } from '../support/names.ts';
import { freshTopic } from '../support/topics.ts';

async function setUp() {
  const topic = await freshTopic('quakes', { partitions: 2 });
  await send(`/topics/${topic}`, binary({ partition: 0 }, { partition: 0 }, { partition: 1 }));
  return { topic, group: freshGroup(), quakes: { subscribed_topic_names: [topic] } };
}

/** Those of the groups that are listed which have these names. */
async function listed(...names: string[]): Promise<unknown[]> {
  const { status, body } = await ask<{ groups: { group_id: string }[] }>(send, 'GET', '/groups');
  expect(status).toBe(200);
  return body.groups.filter(({ group_id }) => names.includes(group_id));
}

test('groups are listed in the order of their names', async () => {
  const { topic, quakes } = await setUp();
  const common = freshName('alerts');
  const [a, b, c] = [`${common}-a`, `${common}-b`, `${common}-c`];
  expect(await listed(a, b, c)).toEqual([]);
  for (const name of [b, a]) await new Member(new GroupClient(send, name), 'one').join(quakes);
  await new GroupClient(send, c).commit({ offsets: [{ topic, partition: 0, offset: 1 }] });
  const group = { type: 'consumer', state: 'Stable', member_count: 1, is_simple: false, assignor: 'uniform' };
  expect(await listed(a, b, c)).toEqual([
    { group_id: a, ...group },
    { group_id: b, ...group },
    { group_id: c, ...group, state: 'Empty', member_count: 0, is_simple: true },
  ]);
});

test('a group is described with its members, what they own, and what they shall own', async () => {
  const { group, topic } = await setUp();
  const [one, two] = [new Member(group, 'one'), new Member(group, 'two')];
  const buses = freshName('buses');
  await one.join({
    instance_id: 'rack-1',
    client_id: 'app',
    rack_id: 'eu-1a',
    server_assignor: 'range',
    subscribed_topic_names: [topic, buses],
  });
  await two.join({ subscribed_topic_regex: `${topic}.*` });
  const owned = (...partitions: number[]) => ({
    topic_partitions:
      partitions.length === 0 ? [] : [{ topic_id: expect.any(String), topic_name: topic, partitions }],
  });
  expect(await group.describe()).toEqual({
    status: 200,
    body: {
      group_id: nameOf(group),
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
          subscribed_topic_names: [buses, topic],
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
          subscribed_topic_regex: `${topic}.*`,
          assignment: owned(),
          target_assignment: owned(1),
        },
      ],
    },
  });
});

test('lags are told of each partition that was committed or is owned', async () => {
  const { group, topic, quakes } = await setUp();
  const buses = await freshTopic('buses');
  await group.commit({
    offsets: [
      { topic, partition: 0, offset: 1 },
      { topic: buses, partition: 0, offset: 7 },
    ],
  });
  await new Member(group, 'one').join({ client_id: 'app', instance_id: 'rack-1', ...quakes });
  const owner = { member_id: 'one', instance_id: 'rack-1', client_id: 'app' };
  const nobody = { member_id: null, instance_id: null, client_id: null };
  expect(await group.lags()).toEqual({
    status: 200,
    body: {
      lags: [
        { topic: buses, partition: 0, current_offset: 7, log_end_offset: 0, lag: 0, ...nobody },
        { topic, partition: 0, current_offset: 1, log_end_offset: 2, lag: 1, ...owner },
        { topic, partition: 1, current_offset: null, log_end_offset: 1, lag: null, ...owner },
      ],
    },
  });
  await send(`/topics/${topic}`, binary({ partition: 0 }));
  expect((await group.lags()).body).toMatchObject({ lags: [{}, { log_end_offset: 3, lag: 2 }, {}] });
});

test('NON_EMPTY_GROUP: a group is deleted, with its offsets, only when all have left', async () => {
  const { group, topic, quakes } = await setUp();
  const one = new Member(group, 'one');
  await one.join(quakes);
  await group.commit({ ...one.name, offsets: [{ topic, partition: 0, offset: 1 }] });
  expect(await group.delete()).toEqual({
    status: 409,
    body: { error_code: 40925, message: expect.stringContaining('1 member') },
  });
  expect(await group.committed()).toEqual([`${topic}-0@1`]);

  await one.leave();
  expect(await group.delete()).toEqual({ status: 204, body: undefined });
  expect(await listed(nameOf(group))).toEqual([]);
  await one.join(quakes);
  expect(await group.committed()).toEqual([]);
});

test.each(['describe', 'lags', 'delete'] as const)('GROUP_ID_NOT_FOUND: %s of no group', async (call) => {
  const group = freshGroup('none');
  expect(await group[call]()).toEqual({
    status: 404,
    body: { error_code: 40404, message: expect.stringContaining(nameOf(group)) },
  });
});

describe('what groups may be called', () => {
  test.each(['a b', 'a:b', 'offsets:fetch', 'a+b;c,d', '地震', 'ça va \u{1f30b}', '{group}', '*'])(
    '%j',
    async (what) => {
      const { topic, quakes } = await setUp();
      const name = freshName(what);
      const group = new GroupClient(send, name);
      await new Member(group, name).join(quakes);
      expect(await listed(name)).toMatchObject([{ group_id: name }]);
      expect(await group.describe()).toMatchObject({
        status: 200,
        body: { group_id: name, members: [{ member_id: name }] },
      });
      const member = { member_id: name, member_epoch: 1 };
      const offsets = [{ topic, partition: 0, offset: 1 }];
      expect(await group.commit({ ...member, offsets })).toMatchObject({ status: 204 });
      expect(await group.committed()).toEqual([`${topic}-0@1`]);
      await new Member(group, name).leave();
      expect(await group.delete()).toMatchObject({ status: 204 });
    },
  );
});

test.each([
  ['POST', '/groups/alerts/offsets:commit', 404],
  ['POST', '/groups/alerts/offsetsfetch', 404],
  ['POST', '/groups/alerts/offsets:fetch/more', 404],
  ['POST', '/groups/alerts/heartbeats', 404],
  ['GET', '/groups/alerts/offsets:reset', 405],
  ['POST', '/groups', 405],
  ['POST', '/groups/alerts', 405],
  ['POST', '/groups/alerts/lags', 405],
])('%s %s is %i', async (method, path, status) => {
  expect(await ask(send, method, path)).toMatchObject({ status, body: { error_code: status } });
});

test.each(['heartbeat', 'offsets', 'offsets:fetch'])('GET of %s is refused', async (call) => {
  const { status, body } = await ask(send, 'GET', `/groups/alerts/${call}`);
  // A gateway sends what its table has not to a process that knows only its own routes.
  expect([404, 405]).toContain(status);
  expect(body).toMatchObject({ error_code: status });
});

test('bodies and answers may be of v2’s own type, or plain JSON', async () => {
  const { group, quakes } = await setUp();
  const body = JSON.stringify({ member_id: 'one', member_epoch: 0, ...quakes });
  for (const [given, wanted, answered] of [
    [JSON_TYPE, '*/*', V2_JSON],
    [V2_JSON, JSON_TYPE, JSON_TYPE],
  ] as const) {
    const headers = { 'Content-Type': given, Accept: wanted };
    const answer = await send(`${group.path}/heartbeat`, { method: 'POST', headers, body });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, answered]);
    const refused = await send(freshGroup('none').path, { headers: { Accept: wanted } });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([404, answered]);
  }
});
