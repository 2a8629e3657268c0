import { expect, test } from 'vitest';
import { GroupClient } from './group-client.ts';
import { at, of, setUp } from './quakes-group.ts';

const member = { member_id: 'one', member_epoch: 1 };

/** What is refused, the commit, its status and error_code, and a part of the message. */
const commits: [string, object, number, number, string][] = [
  [
    'UNKNOWN_MEMBER_ID',
    { member_id: 'none', member_epoch: 1, offsets: [at(0, 2)] },
    404,
    40405,
    'no member none',
  ],
  [
    'UNKNOWN_MEMBER_ID of nobody, while there are members',
    { offsets: [at(0, 2)] },
    404,
    40405,
    'name member_id',
  ],
  [
    'STALE_MEMBER_EPOCH',
    { member_id: 'one', member_epoch: 2, offsets: [at(0, 2)] },
    409,
    40922,
    'at epoch 1, not 2',
  ],
  [
    'STALE_MEMBER_EPOCH below that of the assignment',
    { member_id: 'one', member_epoch: 0, offsets: [at(0, 2)] },
    409,
    40922,
    'at epoch 1',
  ],
  [
    'OFFSET_METADATA_TOO_LARGE',
    { ...member, offsets: [at(0, 2), at(1, 1, { metadata: 'ä'.repeat(5) })] },
    413,
    41308,
    'offset.metadata.max.bytes',
  ],
  [
    'INVALID_REQUEST: a negative offset',
    { ...member, offsets: [at(0, 2), at(1, -1)] },
    400,
    40002,
    'Offset -1 of quakes-1',
  ],
  [
    'INVALID_REQUEST: a partition that is named twice',
    { ...member, offsets: [at(0, 2), at(0, 3)] },
    400,
    40002,
    'quakes-0 is named twice',
  ],
  [
    'INVALID_REQUEST: a negative leader epoch',
    { ...member, offsets: [at(0, 2, { leader_epoch: -1 })] },
    400,
    40002,
    'Leader epoch',
  ],
  [
    'INVALID_REQUEST: too many partitions',
    { ...member, offsets: Array.from({ length: 1_001 }, (_, partition) => at(partition, 0)) },
    400,
    40002,
    'limit of 1000',
  ],
  [
    'an unknown topic',
    { ...member, offsets: [at(0, 2), { topic: 'none', partition: 0, offset: 0 }] },
    404,
    40401,
    'Topic not found: none',
  ],
  [
    'no topic name',
    { ...member, offsets: [{ topic: 'a/b', partition: 0, offset: 0 }] },
    404,
    40401,
    'Topic not found: a/b',
  ],
  [
    'an unknown partition',
    { ...member, offsets: [at(0, 2), at(2, 0)] },
    404,
    40402,
    'quakes has partitions 0 to 1, not 2',
  ],
  ['a member without its epoch', { member_id: 'one', offsets: [at(0, 2)] }, 422, 422, 'member_epoch'],
  ['an epoch without its member', { member_epoch: 1, offsets: [at(0, 2)] }, 422, 422, 'member_id'],
  ['a negative partition', { ...member, offsets: [at(-1, 0)] }, 422, 422, 'offsets[0].partition'],
  ['an offset that is no whole number', { ...member, offsets: [at(0, 1.5)] }, 422, 422, 'offsets[0].offset'],
  ['an offset beyond 2^53', { ...member, offsets: [at(0, 2 ** 53)] }, 422, 422, 'offsets[0].offset'],
  ['no offset', { ...member, offsets: [of(0)] }, 422, 422, 'offsets[0].offset'],
  ['no offsets', member, 422, 422, 'offsets'],
  ['an unknown field', { ...member, offsets: [], generation: 1 }, 422, 422, 'generation'],
];

test.each(commits)(
  'a commit with %s is refused, and moves nothing',
  async (_, body, status, errorCode, message) => {
    const { group, bugs } = await setUp();
    const before = await group.everything();
    expect(await group.commit(body)).toEqual({
      status,
      body: { error_code: errorCode, message: expect.stringContaining(message) },
    });
    expect(await group.everything()).toEqual(before);
    expect(bugs).toEqual([]);
  },
);

const fetches: [string, object, number, number, string][] = [
  [
    'UNKNOWN_MEMBER_ID',
    { member_id: 'none', member_epoch: 1, partitions: [of(0)] },
    404,
    40405,
    'no member none',
  ],
  [
    'STALE_MEMBER_EPOCH',
    { member_id: 'one', member_epoch: 2, partitions: [of(0)] },
    409,
    40922,
    'at epoch 1, not 2',
  ],
  [
    'INVALID_REQUEST: a partition that is named twice',
    { partitions: [of(0), of(0)] },
    400,
    40002,
    'named twice',
  ],
  [
    'an unknown topic',
    { partitions: [{ topic: 'none', partition: 0 }] },
    404,
    40401,
    'Topic not found: none',
  ],
  ['an unknown partition', { partitions: [of(2)] }, 404, 40402, 'not 2'],
  ['a member without its epoch', { member_id: 'one', partitions: [of(0)] }, 422, 422, 'member_epoch'],
  ['a negative partition', { partitions: [of(-1)] }, 422, 422, 'partitions[0].partition'],
];

test.each(fetches)('a look at offsets with %s is refused', async (_, body, status, errorCode, message) => {
  const { group, bugs } = await setUp();
  expect(await group.fetch(body)).toEqual({
    status,
    body: { error_code: errorCode, message: expect.stringContaining(message) },
  });
  expect(bugs).toEqual([]);
});

test.each(['commit', 'fetch', 'reset'] as const)(
  'INVALID_GROUP_ID of a %s: a name of 256 characters',
  async (call) => {
    const { send } = await setUp();
    const group = new GroupClient(send, 'g'.repeat(256));
    const bodies = {
      commit: { offsets: [at(0, 0)] },
      fetch: {},
      reset: { partitions: [of(0)], to: 'earliest' },
    };
    expect(await group[call](bodies[call])).toMatchObject({
      status: 400,
      body: { error_code: 40002, message: expect.stringContaining('255') },
    });
  },
);
