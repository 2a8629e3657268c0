import { expect, test } from 'vitest';
import { testBroker } from '../../support/broker.ts';
import { raw } from '../../support/requests.ts';
import { GroupClient, Member } from './group-client.ts';

const quakes = { subscribed_topic_names: ['quakes'] };

/** A group of a static member, `static` with instance id `rack-1`, and one without, `plain`; both at epoch 2. */
async function setUp() {
  const all = await testBroker({ 'group.consumer.max.size': 2 });
  await all.broker.topics.create({ name: 'quakes', partitionCount: 2 });
  const group = new GroupClient(all.send, 'alerts');
  const [first, plain] = [new Member(group, 'static'), new Member(group, 'plain')];
  await first.join({ ...quakes, instance_id: 'rack-1' });
  await plain.join(quakes);
  for (let round = 0; round < 3; round += 1)
    for (const member of [first, plain]) await member.beat(member === first ? { instance_id: 'rack-1' } : {});
  expect((await group.describe()).body).toMatchObject({ state: 'Stable', group_epoch: 2 });
  return { ...all, group };
}

const join = { member_epoch: 0, ...quakes };
const owned = [{ topic_name: 'quakes', partitions: [0, 1] }];

/** What is refused, the heartbeat, its status and error_code, and a part of the message that says what to change. */
const refusals: [string, object, number, number, string][] = [
  ['UNKNOWN_MEMBER_ID', { member_id: 'none', member_epoch: 1 }, 404, 40405, 'join again'],
  ['UNKNOWN_MEMBER_ID when it leaves', { member_id: 'none', member_epoch: -1 }, 404, 40405, 'no member'],
  [
    'UNKNOWN_MEMBER_ID of one without that instance id',
    { member_id: 'plain', member_epoch: 2, instance_id: 'rack-9' },
    404,
    40405,
    'rack-9',
  ],
  ['FENCED_MEMBER_EPOCH above its own', { member_id: 'plain', member_epoch: 3 }, 409, 40921, 'epoch 2'],
  [
    'FENCED_MEMBER_EPOCH of one that owns more than it may',
    { member_id: 'plain', member_epoch: 1, topic_partitions: owned },
    409,
    40921,
    'abandon',
  ],
  [
    'UNRELEASED_INSTANCE_ID',
    { member_id: 'other', ...join, instance_id: 'rack-1' },
    409,
    40923,
    'leave first',
  ],
  [
    'FENCED_INSTANCE_ID',
    { member_id: 'other', member_epoch: 2, instance_id: 'rack-1' },
    409,
    40924,
    'fenced by member static',
  ],
  ['GROUP_MAX_SIZE_REACHED', { member_id: 'third', ...join }, 409, 40926, 'group.consumer.max.size'],
  [
    'INVALID_REGULAR_EXPRESSION',
    { member_id: 'plain', member_epoch: 2, subscribed_topic_regex: '(?=q)' },
    400,
    40002,
    "RE2's syntax",
  ],
  [
    'UNSUPPORTED_ASSIGNOR',
    { member_id: 'plain', member_epoch: 2, server_assignor: 'sticky' },
    400,
    40002,
    'uniform, range',
  ],
  [
    'INVALID_REQUEST: a join without a subscription',
    { member_id: 'third', member_epoch: 0 },
    400,
    40002,
    'subscribe',
  ],
  [
    'INVALID_REQUEST: an empty subscription',
    { member_id: 'third', member_epoch: 0, subscribed_topic_names: [] },
    400,
    40002,
    'subscribe',
  ],
  [
    'INVALID_REQUEST: a subscription that is taken back',
    { member_id: 'plain', member_epoch: 2, subscribed_topic_names: [] },
    400,
    40002,
    'leave the group',
  ],
  [
    'INVALID_REQUEST: a join with partitions',
    { member_id: 'third', ...join, topic_partitions: owned },
    400,
    40002,
    'owns nothing',
  ],
  [
    'INVALID_REQUEST: partitions of no topic',
    { member_id: 'plain', member_epoch: 2, topic_partitions: [{ partitions: [0] }] },
    400,
    40002,
    'name it',
  ],
  ['INVALID_REQUEST: an empty member id', { member_id: '', ...join }, 400, 40002, 'member_id is empty'],
  [
    'INVALID_REQUEST: a member id of 256 characters',
    { member_id: 'm'.repeat(256), ...join },
    400,
    40002,
    '255',
  ],
  ['INVALID_REQUEST: an epoch below -2', { member_id: 'plain', member_epoch: -3 }, 400, 40002, 'from -2 on'],
  [
    'INVALID_REQUEST: leaving for a while without an instance id',
    { member_id: 'plain', member_epoch: -2 },
    400,
    40002,
    'static member',
  ],
  [
    'INVALID_REQUEST: no time to let go',
    { member_id: 'plain', member_epoch: 2, rebalance_timeout_ms: 0 },
    400,
    40002,
    'rebalance_timeout_ms',
  ],
  ['no member id', { member_epoch: 0, ...quakes }, 422, 422, 'member_id'],
  ['no epoch', { member_id: 'plain' }, 422, 422, 'member_epoch'],
  ['an epoch that is no whole number', { member_id: 'plain', member_epoch: 1.5 }, 422, 422, 'member_epoch'],
  [
    'a negative partition',
    { member_id: 'plain', member_epoch: 2, topic_partitions: [{ topic_name: 'quakes', partitions: [-1] }] },
    422,
    422,
    'topic_partitions[0].partitions[0]',
  ],
  [
    'a session timeout of its own',
    { member_id: 'plain', member_epoch: 2, session_timeout_ms: 1 },
    422,
    422,
    'Unrecognized field: session_timeout_ms',
  ],
  ['no object', [], 422, 422, 'expected object'],
];

test.each(refusals)(
  '%s is refused, and changes nothing',
  async (_, heartbeat, status, errorCode, message) => {
    const { group, bugs } = await setUp();
    const before = await group.everything();
    expect(await group.heartbeat(heartbeat)).toEqual({
      status,
      body: { error_code: errorCode, message: expect.stringContaining(message) },
    });
    expect(await group.everything()).toEqual(before);
    expect(bugs).toEqual([]);
  },
);

test('GROUP_ID_NOT_FOUND: only who joins makes a group', async () => {
  const { send } = await setUp();
  const group = new GroupClient(send, 'none');
  for (const member_epoch of [1, -1]) {
    expect(await group.heartbeat({ member_id: 'one', member_epoch })).toEqual({
      status: 404,
      body: { error_code: 40404, message: expect.stringContaining('member_epoch 0') },
    });
  }
  expect(await group.describe()).toMatchObject({ status: 404, body: { error_code: 40404 } });
});

test('INVALID_GROUP_ID: a name of 256 characters', async () => {
  const { send } = await setUp();
  const group = new GroupClient(send, 'g'.repeat(256));
  expect(await group.heartbeat({ member_id: 'one', ...join })).toEqual({
    status: 400,
    body: { error_code: 40002, message: expect.stringContaining('255') },
  });
  const longest = new GroupClient(send, 'g'.repeat(255));
  expect(await longest.heartbeat({ member_id: 'one', ...join })).toMatchObject({ status: 200 });
});

test.each([
  ['malformed JSON', raw('application/json', '{"member_id":'), 400, 'is not JSON'],
  ['no body', raw('application/json', ''), 400, 'is not JSON'],
  ['no UTF-8', raw('application/json', new Uint8Array([0x7b, 0xff, 0x7d])), 400, 'UTF-8'],
  ['another content type', raw('text/plain', '{}'), 415, 'application/vnd.kafka.v2+json'],
])('%s is refused', async (_, init, status, message) => {
  const { group, send } = await setUp();
  const before = await group.everything();
  for (const path of ['heartbeat', 'offsets', 'offsets:fetch', 'offsets:reset']) {
    const answer = await send(`${group.path}/${path}`, init);
    expect(answer.status, path).toBe(status);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining(message) });
  }
  expect(await group.everything()).toEqual(before);
});
