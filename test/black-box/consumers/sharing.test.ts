import { expect, test } from 'vitest';
import { ask as askGroup, GroupClient, Member } from '../../api/groups/group-client.ts';
import { send } from '../support/client.ts';
import { type Consumer, makeConsumer, produce, type ReadRecord } from '../support/consumers.ts';
import { freshName } from '../support/names.ts';
import { freshTopic } from '../support/topics.ts';

const valuesOf = (records: readonly ReadRecord[]) => records.map(({ value }) => value);

const stateOf = async (group: string): Promise<string> =>
  (await askGroup<{ state: string }>(send, 'GET', `/groups/${group}`)).body.state;

/** Lets all read in turns until each has what it shall have. */
async function settle(group: string, consumers: readonly Consumer[]): Promise<void> {
  for (let turns = 1; turns <= 20; turns += 1) {
    for (const consumer of consumers) await consumer.read();
    if ((await stateOf(group)) === 'Stable') return;
  }
  throw new Error('the group does not settle');
}

async function counts(consumers: readonly Consumer[]): Promise<number[]> {
  return Promise.all(consumers.map(async (consumer) => (await consumer.assignments()).length));
}

test('instances of one group share: a third one gets its part, and the part of one that is deleted goes to the others', async () => {
  const topic = await freshTopic('quakes', { partitions: 6 });
  const group = freshName('group');
  const made = { group, topics: [topic] };
  const consumers = [await makeConsumer(made), await makeConsumer(made)];
  await settle(group, consumers);
  expect(await counts(consumers)).toEqual([3, 3]);
  consumers.push(await makeConsumer(made));
  await settle(group, consumers);
  expect(await counts(consumers)).toEqual([2, 2, 2]);

  for (let partition = 0; partition < 6; partition += 1) await produce(topic, partition, partition);
  const read = await Promise.all(consumers.map((consumer) => consumer.read()));
  expect(read.map(({ length }) => length)).toEqual([2, 2, 2]);
  expect(valuesOf(read.flat()).toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  for (const consumer of consumers) await consumer.ask('POST', '/offsets');

  const [first, ...others] = consumers;
  await first?.tell('DELETE', '');
  await settle(group, others);
  expect(await counts(others)).toEqual([3, 3]);
  for (let partition = 0; partition < 6; partition += 1) await produce(topic, partition, partition);
  const again = await Promise.all(others.map((consumer) => consumer.read()));
  expect(valuesOf(again.flat()).toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
});

test('what the one lets go of is free with the very read that hears of it', async () => {
  const made = { group: freshName('group'), topics: [await freshTopic('quakes', { partitions: 2 })] };
  const one = await makeConsumer(made);
  await one.read();
  const two = await makeConsumer(made);
  await two.read();
  expect(await counts([one, two])).toEqual([2, 0]);
  await one.read();
  await two.read();
  expect(await counts([one, two])).toEqual([1, 1]);
});

test('one that has nothing yet hears of its part while it waits', async () => {
  const topic = await freshTopic();
  const made = { group: freshName('group'), topics: [topic] };
  const one = await makeConsumer(made);
  await one.read();
  const two = await makeConsumer(made);
  const read = two.readNames('timeout=20000');
  await one.tell('DELETE', '');
  await produce(topic, 0, 'a');
  expect(await read).toEqual([`${topic}-0@0`]);
});

test('beyond the partitions they idle; of other groups each gets everything', async () => {
  const topic = await freshTopic();
  const group = freshName('group');
  await produce(topic, 0, 'a');
  const one = await makeConsumer({ group, topics: [topic] });
  const two = await makeConsumer({ group, topics: [topic] });
  const other = await makeConsumer({ topics: [topic] });
  expect(await one.readNames()).toEqual([`${topic}-0@0`]);
  expect(await two.readNames()).toEqual([]);
  expect(await other.readNames()).toEqual([`${topic}-0@0`]);
});

test('instances share with members that speak the group protocol themselves', async () => {
  const topic = await freshTopic('quakes', { partitions: 4 });
  const group = freshName('group');
  const consumer = await makeConsumer({ group, topics: [topic] }, { name: 'reader' });
  await consumer.read();
  const other = new Member(new GroupClient(send, group), 'other');
  await other.join({ subscribed_topic_names: [topic] });
  await consumer.read();
  await other.beat();
  expect(await stateOf(group)).toBe('Stable');
  expect(other.partitions).toHaveLength(2);
  expect(await consumer.assignments()).toHaveLength(2);
});

test('reads of one instance that run at once return each record once', async () => {
  const topic = await freshTopic('quakes', { partitions: 3 });
  const consumer = await makeConsumer({ topics: [topic] });
  const read: ReadRecord[] = [];
  const all: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    const reads = ['timeout=0', 'max_bytes=1&timeout=50'].map((query) => consumer.read(query));
    const produced = [0, 1, 2].map(async (partition) => {
      const value = round * 3 + partition;
      all.push(value);
      await produce(topic, partition, value);
    });
    await Promise.all(produced);
    for (const records of await Promise.all(reads)) read.push(...records);
  }
  for (;;) {
    const left = await consumer.read();
    if (left.length === 0) break;
    read.push(...left);
  }
  expect(valuesOf(read).toSorted()).toEqual(all.toSorted());
});
