import { expect, test } from 'vitest';
import { BINARY_V2, JSON_V2 } from '../../../lib/api/http/media-types.ts';
import { answered, binary, json, raw } from '../../support/requests.ts';
import { send } from '../support/client.ts';
import { freshName } from '../support/names.ts';
import { fetchRecords } from '../support/records.ts';

const topic = freshName('refused');
const path = `/topics/${topic}`;

/** The request, its status and error_code, and a part of the message that says what to change. */
const refusals: [string, string, RequestInit, number, number, string][] = [
  ['malformed JSON', path, raw(BINARY_V2, '{"records":['), 400, 400, 'is not JSON'],
  ['malformed JSON as JSON', path, raw(JSON_V2, '{"records":[{"value":01}]}'), 400, 400, 'is not JSON'],
  ['no body', path, raw(BINARY_V2, ''), 400, 400, 'is not JSON'],
  ['no UTF-8', path, raw(JSON_V2, new Uint8Array([0x7b, 0xff, 0x7d])), 400, 400, 'UTF-8'],
  ['no object', path, raw(BINARY_V2, '[]'), 422, 422, 'expected object'],
  ['no records', path, raw(BINARY_V2, '{}'), 422, 422, 'records'],
  ['empty records', path, binary(), 422, 422, 'records: may not be empty'],
  ['a record that is none', path, binary(5), 422, 422, 'records[0]'],
  ['an unknown field', path, binary({ vlaue: '' }), 422, 422, 'Unrecognized field: records[0].vlaue'],
  ['a schema', path, raw(BINARY_V2, '{"records":[{}],"value_schema":"x"}'), 422, 422, 'Schemas (Avro'],
  ['bad base64 in a value', path, binary({}, { value: 'a' }), 422, 422, 'records[1].value'],
  ['bad base64 in a key', path, binary({ key: '?' }), 422, 422, 'records[0].key'],
  ['URL-safe base64', path, binary({ value: '_-8=' }), 422, 422, 'invalid base64'],
  ['bad base64 in a header', path, binary({ headers: [{ name: 'h', value: '=' }] }), 422, 422, 'headers[0]'],
  ['a number as a value', path, binary({ value: 5 }), 422, 422, 'records[0].value'],
  ['a negative partition', path, binary({ partition: -1 }), 422, 422, 'records[0].partition'],
  [
    'a partition in the path and in a record',
    `${path}/partitions/0`,
    binary({ partition: 0 }),
    422,
    422,
    'partition',
  ],
  [
    'a timestamp beyond all dates',
    path,
    json('{"timestamp":9007199254740991}'),
    422,
    422,
    'records[0].timestamp',
  ],
  ['a negative timestamp', path, json('{"timestamp":-1}'), 422, 422, 'records[0].timestamp'],
  ['an illegal topic name', '/topics/a%20b', binary({}), 400, 40002, 'ASCII'],
  ['a topic name of 250 characters', `/topics/${'a'.repeat(250)}`, binary({}), 400, 40002, '250'],
  ['another content type', path, raw('text/plain', '{}'), 415, 415, 'this route takes'],
  ['JSON without a format', path, raw('application/json', '{"records":[{}]}'), 415, 415, BINARY_V2],
  ['Avro', path, raw('application/vnd.kafka.avro.v2+json', '{}'), 415, 415, JSON_V2],
  ['another charset', path, raw(`${JSON_V2}; charset=utf-16`, '{}'), 415, 415, 'UTF-8'],
  [
    'record batches without a partition',
    path,
    raw('application/vnd.kafka.recordbatch', ''),
    415,
    415,
    'takes',
  ],
  ['an unknown query parameter', `${path}?sync=1`, binary({}), 400, 40002, 'sync'],
  ['too deep a value', path, json(`{"value":${'['.repeat(1001)}${']'.repeat(1001)}}`), 400, 400, 'nested'],
];

test.each(refusals)('%s is refused', async (_, to, init, status, errorCode, message) => {
  const answer = await answered(send(to, init));
  expect(answer).toEqual({
    status,
    body: { error_code: errorCode, message: expect.stringContaining(message) },
  });
});

test('a refused request stores nothing, and does not even make the topic', async () => {
  await send(path, binary({ value: 'eA==' }, { value: '?' }));
  expect((await send(path)).status).toBe(404);
});

test.each(['records', 'value', 'key'])('of two members named %s the last one counts', async (name) => {
  const texts: Record<string, string> = {
    records: '{"records":[1],"records":[{"key":"k","value":"v"}]}',
    value: '{"records":[{"key":"k","value":{"value":0},"value":"v"}]}',
    key: '{"records":[{"key":null,"k\\u0065y":"k","value":"v"}]}',
  };
  const quakes = freshName('quakes');
  expect((await send(`/topics/${quakes}`, raw(JSON_V2, texts[name] ?? ''))).status).toBe(200);
  const read = await fetchRecords(quakes, { as: JSON_V2 });
  expect(await read.json()).toMatchObject([{ key: 'k', value: 'v' }]);
});
