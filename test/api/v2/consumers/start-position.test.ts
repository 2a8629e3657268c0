import { describe, expect, test } from 'vitest';
import { asOffset } from '../../../../lib/kafka/types.ts';
import { JSON_V2 } from '../../../support/http.ts';
import { ask, listen, makeConsumer, produce, readRecords } from './consumers.ts';

describe('where it begins', () => {
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
});
