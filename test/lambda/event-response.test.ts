import { expect, test } from 'vitest';
import { resultOf } from '../../lib/lambda/event-response.ts';

const JSON_TYPE = { 'Content-Type': 'application/vnd.kafka.json.v2+json' };
const bytesOf = (all: Uint8Array) => all as Uint8Array<ArrayBuffer>;

async function resulted(
  body: string | Uint8Array<ArrayBuffer> | null,
  headers: Record<string, string> = JSON_TYPE,
  status = 200,
) {
  const { result, serializedBytes } = await resultOf(new Response(body, { status, headers }));
  expect(serializedBytes).toBe(Buffer.byteLength(JSON.stringify(result)));
  return result;
}

test('JSON stays text', async () => {
  expect(await resulted('[{"value":"grüezi"}]', { ...JSON_TYPE, 'Content-Length': '21' })).toEqual({
    statusCode: 200,
    headers: { 'content-type': 'application/vnd.kafka.json.v2+json' },
    body: '[{"value":"grüezi"}]',
    isBase64Encoded: false,
  });
});

test('bytes come in base64, also where they would pass for text', async () => {
  const headers = { 'Content-Type': 'application/vnd.kafka.recordbatch' };
  for (const bytes of [Buffer.from([0, 255, 128]), Buffer.from('text')]) {
    const { body, isBase64Encoded } = await resulted(bytesOf(bytes), headers);
    expect([isBase64Encoded, Buffer.from(body, 'base64')]).toEqual([true, bytes]);
  }
});

test('text that is not UTF-8 comes in base64, so that nothing of it is replaced', async () => {
  const bytes = Buffer.from([0x22, 0xff, 0x22]);
  const { body, isBase64Encoded } = await resulted(bytesOf(bytes));
  expect([isBase64Encoded, Buffer.from(body, 'base64')]).toEqual([true, bytes]);
});

test('text with so many quotes that base64 is shorter comes in base64', async () => {
  const few = `["${'x'.repeat(100)}"]`;
  expect(await resulted(few)).toMatchObject({ isBase64Encoded: false, body: few });
  const many = JSON.stringify(Array.from({ length: 100 }, () => ''));
  const { body, isBase64Encoded } = await resulted(many);
  expect([isBase64Encoded, Buffer.from(body, 'base64').toString()]).toEqual([true, many]);
});

test.each([
  ['quotes', '"'],
  ['backslashes', '\\'],
  ['escapes of two characters', '\b\t\n\f\r'],
  ['escapes of six', '\u0000\u001f'],
  ['what needs no escape', '\u007f\u2028é😀'],
])('the length of %s in JSON is counted as Lambda writes it', async (_, text) => {
  await resulted(`${text}${'x'.repeat(1000)}`);
});

test('an answer without a body has an empty one', async () => {
  expect(await resulted(null, {}, 204)).toMatchObject({ statusCode: 204, body: '', isBase64Encoded: false });
});
