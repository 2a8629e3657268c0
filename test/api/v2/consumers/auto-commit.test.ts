import { expect, test } from 'vitest';
import { type Listening, listen, makeConsumer, produce } from './consumers.ts';

const AUTO = { 'auto.commit.enable': 'true' };

async function setUp(): Promise<Listening> {
  const local = await listen();
  await local.broker.topics.create({ name: 'quakes', partitionCount: 2 });
  await produce(local, 'quakes', 0, 'a', 'b');
  return local;
}

test('a read commits what those before it returned, once five seconds have passed', async () => {
  const local = await setUp();
  const consumer = await makeConsumer(local, { topics: ['quakes'] }, AUTO);
  expect(await consumer.readNames()).toEqual(['quakes-0@0', 'quakes-0@1']);
  await produce(local, 'quakes', 0, 'c');
  local.clock.advance(4_999);
  expect(await consumer.readNames()).toEqual(['quakes-0@2']);
  expect(await consumer.committed('quakes-0')).toEqual([]);
  await produce(local, 'quakes', 0, 'd');
  local.clock.advance(1);
  expect(await consumer.readNames()).toEqual(['quakes-0@3']);
  // What this read has returned is not committed: nobody knows yet whether it has arrived.
  expect(await consumer.committed('quakes-0')).toEqual(['quakes-0@3']);
});

test('so it is without auto.commit.enable in the configuration', async () => {
  const local = await setUp();
  const consumer = await makeConsumer(local, { topics: ['quakes'] }, { 'auto.commit.enable': null });
  await consumer.read();
  local.clock.advance(5_000);
  await consumer.read();
  expect(await consumer.committed('quakes-0')).toEqual(['quakes-0@2']);
});

test('an instance that shall not commit by itself never does', async () => {
  const local = await setUp();
  const consumer = await makeConsumer(local, { topics: ['quakes'] });
  await consumer.read();
  local.clock.advance(5_000);
  await consumer.read();
  await consumer.tell('DELETE', '/subscription');
  expect(await consumer.committed('quakes-0')).toEqual([]);
});

test.each([
  ['DELETE', '', undefined],
  ['DELETE', '/subscription', undefined],
  ['POST', '/subscription', { topics: [] }],
])('%s %s commits what was read', async (method, path, body) => {
  const local = await setUp();
  const consumer = await makeConsumer(local, { topics: ['quakes'] }, AUTO);
  await consumer.read();
  await produce(local, 'quakes', 0, 'not read');
  await consumer.tell(method, path, body);
  const another = await makeConsumer(local, { topics: ['quakes'] });
  expect(await another.readNames()).toEqual(['quakes-0@2']);
});

test('so does another assignment', async () => {
  const local = await setUp();
  const partitions = [{ topic: 'quakes', partition: 0 }];
  const consumer = await makeConsumer(local, { partitions }, AUTO);
  await consumer.read();
  await consumer.tell('POST', '/assignments', { partitions: [{ topic: 'quakes', partition: 1 }] });
  expect(await consumer.committed('quakes-0')).toEqual(['quakes-0@2']);
});

test('what is lost to another member is committed before it is let go of', async () => {
  const local = await setUp();
  await produce(local, 'quakes', 1, 'c');
  const one = await makeConsumer(local, { topics: ['quakes'] }, AUTO);
  expect(await one.read()).toHaveLength(3);
  const two = await makeConsumer(local, { topics: ['quakes'] }, AUTO);
  expect(await two.read()).toEqual([]);
  expect(await one.read()).toEqual([]);
  expect(await two.read()).toEqual([]); // it was read, and committed, by the other
  expect((await two.assignments()).length).toBe(1);
});

test('that the group has moved on keeps nobody from reading', async () => {
  const local = await setUp();
  const partitions = [{ topic: 'quakes', partition: 0 }];
  const consumer = await makeConsumer(local, { partitions }, AUTO);
  await consumer.read();
  const member = await makeConsumer(local, { topics: ['quakes'] });
  await member.read(); // from now on who is no member commits nothing
  await produce(local, 'quakes', 0, 'c');
  local.clock.advance(5_000);
  expect(await consumer.readNames()).toEqual(['quakes-0@2']);
  await local.broker.topics.delete('quakes');
  local.clock.advance(5_000);
  expect(await consumer.readNames()).toEqual([]);
  await consumer.tell('DELETE', '');
});
