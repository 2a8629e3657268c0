import { expect, onTestFinished, test } from 'vitest';
import { JSON_V2 } from '../../../lib/api/http/media-types.ts';
import { startServer } from '../../../lib/cli/server.ts';
import { testBroker } from '../../support/broker.ts';
import { fetchAll, produceJson } from '../../support/http.ts';
import { GroupClient, Member, namesOf, type Send, settle } from './group-client.ts';

const DRAIN_MS = 10_000;

async function listening() {
  const all = await testBroker();
  const server = await startServer({ host: '127.0.0.1', port: 0, fetch: all.app.fetch });
  onTestFinished(async () => {
    await server.drain(DRAIN_MS);
  });
  const send: Send = (path, init) => fetch(server.url + path, init);
  return { ...all, url: server.url, send };
}

/** Reads what a member owns from where its group is, commits, and gives the values. */
async function readAndCommit(group: GroupClient, member: Member): Promise<number[]> {
  const partitions = member.owned.flatMap(({ topic_name: topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  );
  const { body } = await group.fetch({ ...member.name, partitions });
  const values: number[] = [];
  for (const { topic, partition, offset } of body.offsets) {
    const from = offset ?? 'earliest';
    const records = `/topics/${topic}/partitions/${partition}/records?offset=${from}&timeout=0`;
    const answer = await group.send(records, { headers: { Accept: JSON_V2 } });
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
  const { broker, bugs, send, url } = await listening();
  await broker.topics.create({ name: 'quakes', partitionCount: 4 });
  const produce = (...values: number[]) =>
    produceJson(
      url,
      'quakes',
      values.map((value) => ({ value, partition: value % 4 })),
    );
  await produce(0, 1, 2, 3, 4, 5, 6, 7);
  const subscription = { subscribed_topic_names: ['quakes'] };
  const group = new GroupClient(send, 'alerts/地震 #1?');
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

  const archive = new GroupClient(send, 'archive');
  const other = new Member(archive, 'one');
  await other.join(subscription);
  expect(await readAndCommit(archive, other)).toHaveLength(12);

  await two.leave();
  const reset = await group.reset({ partitions: [{ topic: 'quakes' }], to: 'earliest' });
  expect(namesOf(reset.body)).toEqual(['quakes-0@0', 'quakes-1@0', 'quakes-2@0', 'quakes-3@0']);
  expect(await fetchAll(url, 'quakes', 0)).toHaveLength(3);
  expect(bugs).toEqual([]);
});
