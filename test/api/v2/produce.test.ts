import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BINARY_V2, JSON_V2 } from '../../../lib/api/http/media-types.ts';
import { testBroker } from '../../support/broker.ts';
import { accept, answered, binary, raw } from '../../support/requests.ts';

test('records without a key stay together in a request, and the next request goes elsewhere', async () => {
  const { broker, send } = await testBroker();
  await broker.topics.create({ name: 'quakes', partitionCount: 3 });
  let last: number | undefined;
  for (let request = 0; request < 10; request++) {
    const sent = await send('/topics/quakes', binary({ value: '' }, { value: '' }, { value: '' }));
    const { offsets } = (await sent.json()) as { offsets: { partition: number }[] };
    const [first, ...others] = new Set(offsets.map(({ partition }) => partition));
    expect(others).toEqual([]);
    expect(first).not.toBe(last);
    last = first;
  }
});

test('without auto.create.topics.enable an unknown topic is 40401', async () => {
  const { send } = await testBroker({ 'auto.create.topics.enable': false });
  const refused = answered(send('/topics/quakes', binary({ value: '' })));
  expect(await refused).toMatchObject({ status: 404, body: { error_code: 40401 } });
});

test('a request of which nothing could be stored has the status of its failure', async () => {
  const { broker, send } = await testBroker();
  const topic = await broker.topics.create({ name: 'quakes' });
  await broker.topics.delete('quakes');
  // Another process deleted it: this one still believes that it is there.
  broker.topics.getOrCreate = async () => topic;
  const { status, body } = await answered(send('/topics/quakes', binary({ value: '' })));
  expect(status).toBe(404);
  expect(body).toMatchObject({
    error_code: 40403,
    offsets: [
      { partition: null, offset: null, error_code: 40403, error: expect.stringContaining('UNKNOWN_TOPIC') },
    ],
  });
});

test('any JSON comes back as it was sent, keys and values, however it was spaced', async () => {
  const { broker, send } = await testBroker();
  await broker.topics.create({ name: 'quakes' });
  let offset = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.jsonValue(),
      fc.jsonValue(),
      fc.constantFrom(undefined, 1),
      async (key, value, space) => {
        const sent = JSON.stringify({ records: [{ value, key }] }, null, space);
        expect((await send('/topics/quakes', raw(JSON_V2, sent))).status).toBe(200);
        const read = await send(`/topics/quakes/partitions/0/records?offset=${offset++}`, accept(JSON_V2));
        expect(await read.json()).toMatchObject([JSON.parse(JSON.stringify({ key, value }))]);
      },
    ),
    { numRuns: 200 },
  );
});

test('any text is refused with a 4xx or stored', async () => {
  const { broker, send, bugs } = await testBroker();
  await broker.topics.create({ name: 'quakes' });
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\\',
    ' ',
    'null',
    '1',
    '-',
    'e',
    '"records"',
    '"value"',
    '"key"',
  ];
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom(...pieces), maxLength: 40 }),
    fc
      .string({ unit: fc.constantFrom(...pieces), maxLength: 20 })
      .map((inside) => `{"records":[{"value":${inside}}]}`),
    fc.json().map((json) => `{"records":${json}}`),
  );
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom(BINARY_V2, JSON_V2), async (body, mediaType) => {
      const { status } = await answered(send('/topics/quakes', raw(mediaType, body)));
      expect([200, 400, 404, 422]).toContain(status);
    }),
    { numRuns: 1_000 },
  );
  expect(bugs).toEqual([]);
});
