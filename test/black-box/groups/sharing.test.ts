import { expect, test } from 'vitest';
import { JSON_V2 } from '../../../lib/api/http/media-types.ts';
import { GroupClient, Member, namesOf, settle } from '../../api/groups/group-client.ts';
import { raw } from '../../support/requests.ts';
import { send } from '../support/client.ts';
import { freshGroup } from '../support/groups.ts';
import { freshName } from '../support/names.ts';
import { fetchRecords } from '../support/records.ts';
import { freshTopic } from '../support/topics.ts';

/** Reads what a member owns from where its group is, commits, and gives the values. */
async function readAndCommit(group: GroupClient, member: Member): Promise<number[]> {
  const partitions = member.owned.flatMap(({ topic_name: topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  );
  const { body } = await group.fetch({ ...member.name, partitions });
  const values: number[] = [];
  for (const { topic, partition, offset } of body.offsets) {
    const answer = await fetchRecords(topic, {
      partition,
      query: `offset=${offset ?? 'earliest'}`,
      as: JSON_V2,
    });
    const read = (await answer.json()) as { value: number; offset: number }[];
    const last = read.at(-1);
    if (last === undefined) continue;
    values.push(...read.map(({ value }) => value));
    const offsets = [{ topic, partition, offset: last.offset + 1 }];
    expect(await group.commit({ ...member.name, offsets })).toMatchObject({ status: 204 });
  }
  return values.sort((a, b) => a - b);
}

test('two members of a group with an unusual name read each record once, and another group reads all of them', async () => {
  const topic = await freshTopic('quakes', { partitions: 4 });
  const produce = async (...values: number[]): Promise<void> => {
    const records = values.map((value) => ({ value, partition: value % 4 }));
    const { status } = await send(`/topics/${topic}`, raw(JSON_V2, JSON.stringify({ records })));
    expect(status).toBe(200);
  };
  await produce(0, 1, 2, 3, 4, 5, 6, 7);
  const subscription = { subscribed_topic_names: [topic] };
  const group = new GroupClient(send, freshName('alerts 地震 ç'));
  const [one, two] = [new Member(group, 'one'), new Member(group, 'two')];
  await one.join(subscription);
  await two.join(subscription);
  await settle(group, one, two);
  const read = [await readAndCommit(group, one), await readAndCommit(group, two)];
  expect(read.map(({ length }) => length)).toEqual([4, 4]);
  expect(read.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);

  // Who stays takes over where the other one was.
  await one.leave();
  await produce(8, 9, 10, 11);
  await settle(group, two);
  expect(await readAndCommit(group, two)).toEqual([8, 9, 10, 11]);
  expect(await group.lags()).toMatchObject({
    body: { lags: [{ lag: 0 }, { lag: 0 }, { lag: 0 }, { lag: 0 }] },
  });

  const archive = freshGroup('archive');
  const other = new Member(archive, 'one');
  await other.join(subscription);
  expect(await readAndCommit(archive, other)).toHaveLength(12);

  await two.leave();
  const reset = await group.reset({ partitions: [{ topic }], to: 'earliest' });
  expect(namesOf(reset.body)).toEqual([0, 1, 2, 3].map((partition) => `${topic}-${partition}@0`));
});
