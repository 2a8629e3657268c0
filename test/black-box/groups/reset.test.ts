import { expect, test } from 'vitest';
import { Member, namesOf } from '../../api/groups/group-client.ts';
import { binary } from '../../support/requests.ts';
import { send } from '../support/client.ts';
import { freshGroup } from '../support/groups.ts';
import { freshTopic } from '../support/topics.ts';

/** Five records in partition 0 of a topic, one each second of 1970, none in partition 1; offset 2 of 0 is committed. */
async function setUp() {
  const topic = await freshTopic('quakes', { partitions: 2 });
  const records = [1_000, 2_000, 3_000, 4_000, 5_000].map((timestamp) => ({ partition: 0, timestamp }));
  await send(`/topics/${topic}`, binary(...records));
  const group = freshGroup();
  const of = (partition: number) => ({ topic, partition });
  await group.commit({ offsets: [{ ...of(0), offset: 2 }] });
  return { topic, group, of };
}

const targets: [string, unknown, number][] = [
  ['the beginning', 'earliest', 0],
  ['the end', 'latest', 5],
  ['a time', { timestamp: 3_000 }, 2],
  ['a time between two records', { timestamp: 3_001 }, 3],
  ['a time as ISO 8601', { timestamp: '1970-01-01T00:00:04Z' }, 3],
  ['a time as ISO 8601 of another zone', { timestamp: '1970-01-01T01:00:04.000+01:00' }, 3],
  ['a time after all records', { timestamp: 9_000 }, 5],
  ['some records on', { shift_by: 1 }, 3],
  ['some records back', { shift_by: -1 }, 1],
  ['where it is', { shift_by: 0 }, 2],
  ['more records on than there are', { shift_by: 100 }, 5],
  ['more records back than there are', { shift_by: -100 }, 0],
  ['an offset', { offset: 4 }, 4],
  ['an offset beyond the end', { offset: 100 }, 5],
];

test.each(targets)('offsets are reset to %s, and a dry run tells where that is', async (_, to, offset) => {
  const { topic, group, of } = await setUp();
  const expected = { status: 200, body: { offsets: [{ ...of(0), offset }] } };
  expect(await group.reset({ partitions: [of(0)], to, dry_run: true })).toEqual(expected);
  expect(await group.committed()).toEqual([`${topic}-0@2`]);
  expect(await group.reset({ partitions: [of(0)], to, dry_run: null })).toEqual(expected);
  expect(await group.committed()).toEqual([`${topic}-0@${offset}`]);
});

test('a topic without a partition means all of them', async () => {
  const { topic, group } = await setUp();
  const answer = await group.reset({ partitions: [{ topic, partition: null }], to: 'latest' });
  expect(namesOf(answer.body)).toEqual([`${topic}-0@5`, `${topic}-1@0`]);
  expect(await group.committed()).toEqual([`${topic}-0@5`, `${topic}-1@0`]);
});

test('a group that does not exist is made, but not by a dry run', async () => {
  const { of } = await setUp();
  const group = freshGroup('new');
  await group.reset({ partitions: [of(0)], to: 'latest', dry_run: true });
  expect(await group.describe()).toMatchObject({ status: 404 });
  await group.reset({ partitions: [of(0)], to: 'latest' });
  expect((await group.describe()).body).toMatchObject({ is_simple: true, state: 'Empty' });
});

test('NON_EMPTY_GROUP: while there are members nothing is reset, and after they have left it is', async () => {
  const { topic, group, of } = await setUp();
  const one = new Member(group, 'one');
  await one.join({ subscribed_topic_names: [topic] });
  for (const dry_run of [false, true]) {
    expect(await group.reset({ partitions: [of(0)], to: 'earliest', dry_run })).toEqual({
      status: 409,
      body: { error_code: 40925, message: expect.stringContaining('all have left') },
    });
  }
  expect(await group.committed()).toEqual([`${topic}-0@2`]);
  await one.leave();
  expect(await group.reset({ partitions: [of(0)], to: 'earliest' })).toMatchObject({ status: 200 });
  expect(await group.committed()).toEqual([`${topic}-0@0`]);
});
