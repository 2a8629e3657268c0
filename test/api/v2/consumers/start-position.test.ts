import { describe, expect, test } from 'vitest';
import { asOffset } from '../../../../lib/kafka/types.ts';
import { JSON_V2 } from '../../../support/http.ts';
import { ask, listen, makeConsumer, produce, readRecords } from './consumers.ts';

describe('where it begins', () => {
  test.each([
    ['earliest', ['quakes-0@0', 'quakes-0@1']],
    ['latest', ['quakes-0@1']],
  ])('auto.offset.reset %s', async (reset, expected) => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'before');
    const consumer = await makeConsumer(local, { topics: ['quakes'] }, { 'auto.offset.reset': reset });
    const first = await consumer.readNames();
    await produce(local, 'quakes', 0, 'after');
    expect([...first, ...(await consumer.readNames())]).toEqual(expected);
  });

  test('latest, when the config does not say', async () => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'before');
    const { body } = await ask('POST', `${local.url}/consumers/group`, {});
    const { base_uri } = body as { base_uri: string };
    await ask('POST', `${base_uri}/subscription`, { topics: ['quakes'] });
    expect(await ask('GET', `${base_uri}/records?timeout=0`)).toMatchObject({ status: 200, body: [] });
    await produce(local, 'quakes', 0, 'after');
    expect(await ask('GET', `${base_uri}/records`)).toMatchObject({ body: [{ offset: 1 }] });
  });

  test('none is an error by name, until somebody seeks or commits', async () => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a', 'b');
    const config = { 'auto.offset.reset': 'none' };
    const consumer = await makeConsumer(local, { topics: ['quakes'] }, config);
    const nothing = {
      status: 416,
      body: {
        error_code: 41601,
        message: expect.stringContaining('quakes-0, and auto.offset.reset is none'),
      },
    };
    expect(await readRecords(consumer, JSON_V2)).toMatchObject(nothing);
    expect(await consumer.assignments()).toEqual(['quakes-0']);
    await consumer.tell('POST', '/positions', { offsets: [{ topic: 'quakes', partition: 0, offset: 1 }] });
    expect(await consumer.readNames()).toEqual(['quakes-0@1']);
    await consumer.ask('POST', '/offsets', { offsets: [{ topic: 'quakes', partition: 0, offset: 0 }] });
    const another = await makeConsumer(local, { partitions: [{ topic: 'quakes', partition: 0 }] }, config);
    expect(await another.readNames()).toEqual(['quakes-0@1']);
  });

  test.each([
    ['earliest', ['quakes-0@2']],
    ['latest', []],
  ])('what retention took is passed over, to the %s', async (reset, expected) => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a', 'b', 'c');
    const consumer = await makeConsumer(local, { topics: ['quakes'] }, { 'auto.offset.reset': reset });
    await consumer.read();
    await consumer.tell('POST', '/positions/beginning', { partitions: [] });
    const { id: topicId } = await local.broker.topics.get('quakes');
    await local.stores.metadata.advance({ topicId, partition: 0 }, asOffset(2));
    expect(await consumer.readNames()).toEqual(expected);
  });

  test('retention under auto.offset.reset none is an error by name', async () => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a', 'b', 'c');
    const partitions = [{ topic: 'quakes', partition: 0 }];
    const consumer = await makeConsumer(local, { partitions }, { 'auto.offset.reset': 'none' });
    await consumer.tell('POST', '/positions/beginning', { partitions });
    expect(await consumer.readNames()).toEqual(['quakes-0@0', 'quakes-0@1', 'quakes-0@2']);
    await consumer.tell('POST', '/positions/beginning', { partitions });
    const { id: topicId } = await local.broker.topics.get('quakes');
    await local.stores.metadata.advance({ topicId, partition: 0 }, asOffset(2));
    expect(await readRecords(consumer, JSON_V2)).toMatchObject({
      status: 416,
      body: { error_code: 41601, message: expect.stringContaining('Offset 0 of quakes-0 is out of range') },
    });
  });

  test('a position behind the end of the log follows auto.offset.reset, too', async () => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a');
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    await consumer.read();
    await consumer.tell('POST', '/positions', { offsets: [{ topic: 'quakes', partition: 0, offset: 99 }] });
    expect(await consumer.readNames()).toEqual(['quakes-0@0']);
  });
});
