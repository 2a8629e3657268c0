/** One request for each error of the group protocol; test/api/groups has all the ways to come by them. */
import { expect, test } from 'vitest';
import { V2_JSON } from '../../../lib/api/http/media-types.ts';
import { Member } from '../../api/groups/group-client.ts';
import { raw } from '../../support/requests.ts';
import { send } from '../support/client.ts';
import { freshGroup, type QuakesGroup, quakesGroup } from '../support/groups.ts';

type Call = 'heartbeat' | 'commit' | 'fetch' | 'reset';
type BodyOf = (all: QuakesGroup) => object;

const member = { member_id: 'one', member_epoch: 1 };
const joining = ({ topic }: QuakesGroup) => ({ member_epoch: 0, subscribed_topic_names: [topic] });

/** The error, the call, its body, its status and error_code, and a part of the message that says what to change. */
const refusals: [string, Call, BodyOf, number, number, string][] = [
  ['UNKNOWN_MEMBER_ID', 'heartbeat', () => ({ ...member, member_id: 'none' }), 404, 40405, 'join again'],
  ['FENCED_MEMBER_EPOCH', 'heartbeat', () => ({ ...member, member_epoch: 3 }), 409, 40921, 'epoch 1'],
  ['INVALID_REQUEST', 'heartbeat', () => ({ member_id: 'two', member_epoch: 0 }), 400, 40002, 'subscribe'],
  [
    'INVALID_REGULAR_EXPRESSION',
    'heartbeat',
    () => ({ ...member, subscribed_topic_regex: '(?=q)' }),
    400,
    40002,
    "RE2's syntax",
  ],
  [
    'UNSUPPORTED_ASSIGNOR',
    'heartbeat',
    () => ({ ...member, server_assignor: 'sticky' }),
    400,
    40002,
    'uniform, range',
  ],
  [
    'a member id of 256 characters',
    'heartbeat',
    (all) => ({ member_id: 'm'.repeat(256), ...joining(all) }),
    400,
    40002,
    '255',
  ],
  ['a heartbeat without a member id', 'heartbeat', (all) => joining(all), 422, 422, 'member_id'],
  [
    'UNKNOWN_MEMBER_ID of nobody, while there are members',
    'commit',
    ({ at }) => ({ offsets: [at(0, 2)] }),
    404,
    40405,
    'name member_id',
  ],
  [
    'STALE_MEMBER_EPOCH',
    'commit',
    ({ at }) => ({ ...member, member_epoch: 2, offsets: [at(0, 2)] }),
    409,
    40922,
    'at epoch 1, not 2',
  ],
  ['an unknown partition', 'commit', ({ at }) => ({ ...member, offsets: [at(2, 0)] }), 404, 40402, 'not 2'],
  [
    'an unknown topic',
    'commit',
    () => ({ ...member, offsets: [{ topic: 'a/b', partition: 0, offset: 0 }] }),
    404,
    40401,
    'Topic not found: a/b',
  ],
  [
    'a negative offset',
    'commit',
    ({ at }) => ({ ...member, offsets: [at(0, 2), at(1, -1)] }),
    400,
    40002,
    'Offset -1',
  ],
  [
    'an offset beyond 2^53',
    'commit',
    ({ at }) => ({ ...member, offsets: [at(0, 2 ** 53)] }),
    422,
    422,
    'offset',
  ],
  [
    'more partitions than a commit may name',
    'commit',
    ({ at }) => ({ ...member, offsets: Array.from({ length: 1_001 }, (_, partition) => at(partition, 0)) }),
    400,
    40002,
    'limit of 1000',
  ],
  [
    'STALE_MEMBER_EPOCH',
    'fetch',
    ({ of }) => ({ ...member, member_epoch: 2, partitions: [of(0)] }),
    409,
    40922,
    'at epoch 1, not 2',
  ],
  [
    'a partition that is named twice',
    'fetch',
    ({ of }) => ({ partitions: [of(0), of(0)] }),
    400,
    40002,
    'named twice',
  ],
  [
    'NON_EMPTY_GROUP',
    'reset',
    ({ of }) => ({ partitions: [of(0)], to: 'latest' }),
    409,
    40925,
    'all have left',
  ],
  [
    'another word',
    'reset',
    ({ of }) => ({ partitions: [of(0)], to: 'beginning' }),
    422,
    422,
    '"earliest", "latest"',
  ],
];

test.each(refusals)(
  '%s: this %s is refused, and changes nothing',
  async (_, call, bodyOf, status, errorCode, message) => {
    const all = await quakesGroup();
    const before = await all.group.everything();
    expect(await all.group[call](bodyOf(all))).toEqual({
      status,
      body: { error_code: errorCode, message: expect.stringContaining(message) },
    });
    expect(await all.group.everything()).toEqual(before);
  },
);

test('UNRELEASED_INSTANCE_ID and FENCED_INSTANCE_ID: a static member has one process at a time', async () => {
  const { topic } = await quakesGroup();
  const group = freshGroup('static');
  await new Member(group, 'one').join({ instance_id: 'rack-1', subscribed_topic_names: [topic] });
  const other = { member_id: 'other', instance_id: 'rack-1' };
  const join = { ...other, member_epoch: 0, subscribed_topic_names: [topic] };
  expect(await group.heartbeat(join)).toEqual({
    status: 409,
    body: { error_code: 40923, message: expect.stringContaining('leave first') },
  });
  expect(await group.heartbeat({ ...other, member_epoch: 1 })).toEqual({
    status: 409,
    body: { error_code: 40924, message: expect.stringContaining('fenced by member one') },
  });
});

test('GROUP_ID_NOT_FOUND: only who joins makes a group', async () => {
  const group = freshGroup('none');
  for (const member_epoch of [1, -1]) {
    expect(await group.heartbeat({ member_id: 'one', member_epoch })).toEqual({
      status: 404,
      body: { error_code: 40404, message: expect.stringContaining('member_epoch 0') },
    });
  }
});

test.each([
  ['malformed JSON', raw('application/json', '{"member_id":'), 400, 'is not JSON'],
  ['no body', raw('application/json', ''), 400, 'is not JSON'],
  // Not application/json: gateways turn such a body into text before anybody can look at it.
  ['no UTF-8', raw(V2_JSON, new Uint8Array([0x7b, 0xff, 0x7d])), 400, 'UTF-8'],
  ['another content type', raw('text/plain', '{}'), 415, 'application/vnd.kafka.v2+json'],
])('%s is refused', async (_, init, status, message) => {
  const { path } = freshGroup('none');
  for (const call of ['heartbeat', 'offsets', 'offsets:fetch', 'offsets:reset']) {
    const answer = await send(`${path}/${call}`, init);
    expect(answer.status, call).toBe(status);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining(message) });
  }
});
