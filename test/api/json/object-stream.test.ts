import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonObjects } from '../../../lib/api/json/object-stream.ts';

async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

async function objectsIn(text: string, sizes: readonly number[], bytesMax = 1_000_000): Promise<string[]> {
  const objects: string[] = [];
  for await (const object of jsonObjects(inPieces(Buffer.from(text), sizes), bytesMax)) {
    objects.push(object.toString());
  }
  return objects;
}

test('objects are told apart, in whatever pieces they arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.dictionary(fc.string(), fc.jsonValue()).map((object) => JSON.stringify(object)),
        { maxLength: 10 },
      ),
      fc.constantFrom('', ' ', '\n', '\r\n\t'),
      fc.array(fc.nat(20), { maxLength: 50 }),
      async (objects, separator, sizes) => {
        expect(await objectsIn(objects.join(separator), sizes)).toEqual(objects);
      },
    ),
  );
});

test('any bytes give objects or an error, and never more bytes than there were', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ' ', 'a', ',') }),
      fc.array(fc.nat(5)),
      async (text, sizes) => {
        const objects = await objectsIn(text, sizes).catch((error: { status?: number }) => {
          expect(error.status).toBe(400);
          return [];
        });
        expect(objects.join('').length).toBeLessThanOrEqual(text.length);
      },
    ),
  );
});

test.each([
  ['{"a":"1234"}', [], 12, true],
  ['{"a":"12345"}', [], 12, false],
  ['{"a":"1234"}{"a":"1234"}', [5, 9, 3], 12, true],
  ['{"a":"12345', [3, 3], 10, false],
])('%s within the bound', async (text, sizes, bytesMax, fits) => {
  const read = objectsIn(text, sizes, bytesMax);
  if (fits) expect((await read).join('')).toBe(text);
  else await expect(read).rejects.toMatchObject({ status: 413 });
});
