import { expect, test } from 'vitest';
import { testBroker } from '../../support/broker.ts';
import { binary } from '../../support/requests.ts';
import { GroupClient } from './group-client.ts';

const of = (partition: number) => ({ topic: 'quakes', partition });
const record = (timestamp: number) => ({ partition: 0, timestamp });

/** Five records in partition 0 of quakes, one each second of 1970, none in partition 1; offset 2 of 0 is committed. */
async function setUp() {
  const all = await testBroker();
  await all.broker.topics.create({ name: 'quakes', partitionCount: 2 });
  await all.send('/topics/quakes', binary(...[1_000, 2_000, 3_000, 4_000, 5_000].map(record)));
  const group = new GroupClient(all.send, 'alerts');
  await group.commit({ offsets: [{ ...of(0), offset: 2 }] });
  return { ...all, group };
}

const TO = '"earliest", "latest"';

/** What is refused, the request, its status and error_code, and a part of the message. */
const refusals: [string, object, number, number, string][] = [
  ['an unknown topic', { partitions: [{ topic: 'none' }], to: 'latest' }, 404, 40401, 'none'],
  [
    'an unknown topic beside a known one',
    { partitions: [of(0), { topic: 'none', partition: 0 }], to: 'latest' },
    404,
    40401,
    'none',
  ],
  ['an unknown partition', { partitions: [of(0), of(2)], to: 'latest' }, 404, 40402, 'not 2'],
  ['INVALID_REQUEST: no partition', { partitions: [], to: 'latest' }, 400, 40002, 'name topics'],
  [
    'INVALID_REQUEST: a partition that is named twice',
    { partitions: [of(0), { topic: 'quakes' }], to: 'latest' },
    400,
    40002,
    'named twice',
  ],
  [
    'INVALID_REQUEST: a negative offset',
    { partitions: [of(0)], to: { offset: -1 } },
    400,
    40002,
    'nothing to reset',
  ],
  [
    'INVALID_REQUEST: a time before 1970',
    { partitions: [of(0)], to: { timestamp: '1969-12-31T23:59:59Z' } },
    400,
    40002,
    'nothing to reset',
  ],
  [
    'INVALID_REQUEST: a shift from nowhere',
    { partitions: [of(0), of(1)], to: { shift_by: 1 } },
    400,
    40002,
    'quakes-1',
  ],
  ['another word', { partitions: [of(0)], to: 'beginning' }, 422, 422, TO],
  ['a time that is none', { partitions: [of(0)], to: { timestamp: 'yesterday' } }, 422, 422, TO],
  ['half a record', { partitions: [of(0)], to: { shift_by: 0.5 } }, 422, 422, TO],
  ['two targets', { partitions: [of(0)], to: { offset: 1, shift_by: 1 } }, 422, 422, TO],
  ['no target', { partitions: [of(0)] }, 422, 422, TO],
  ['no list', { to: 'latest' }, 422, 422, 'partitions'],
  ['a negative partition', { partitions: [of(-1)], to: 'latest' }, 422, 422, 'partitions[0].partition'],
  [
    'an unknown field',
    { partitions: [of(0)], to: 'latest', dryRun: true },
    422,
    422,
    'Unrecognized field: dryRun',
  ],
];

test.each(refusals)(
  'a reset with %s is refused, and moves nothing',
  async (_, body, status, errorCode, message) => {
    const { group, bugs } = await setUp();
    const before = await group.everything();
    expect(await group.reset(body)).toEqual({
      status,
      body: { error_code: errorCode, message: expect.stringContaining(message) },
    });
    expect(await group.everything()).toEqual(before);
    expect(bugs).toEqual([]);
  },
);

test('GROUP_ID_NOT_FOUND: a group that does not exist has nothing to shift', async () => {
  const { send } = await setUp();
  const group = new GroupClient(send, 'none');
  expect(await group.reset({ partitions: [of(0)], to: { shift_by: 1 } })).toMatchObject({
    status: 404,
    body: { error_code: 40404 },
  });
});

test('a reset that names too much is refused before all of it is looked for', async () => {
  const { broker, group } = await setUp();
  await broker.topics.create({ name: 'wide', partitionCount: 600 });
  const { get } = broker.topics;
  let looks = 0;
  broker.topics.get = (name) => {
    looks += 1;
    return get.call(broker.topics, name);
  };
  const partitions = Array.from({ length: 10_000 }, () => ({ topic: 'wide' }));
  expect(await group.reset({ partitions, to: 'latest' })).toEqual({
    status: 400,
    body: { error_code: 40002, message: expect.stringContaining('limit of 1000') },
  });
  expect(looks).toBe(2);
});
