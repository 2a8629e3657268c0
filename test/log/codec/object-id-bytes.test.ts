import fc from 'fast-check';
import { ulidToUUID } from 'ulid';
import { expect, test } from 'vitest';
import { readObjectId, writeObjectId } from '../../../lib/log/codec/object-id-bytes.ts';

/** Where the first two of a ULID's 130 bits are 0, as they have to be. */
const ulids = fc
  .tuple(
    fc.constantFrom(...'01234567'),
    fc.string({ unit: fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'), minLength: 25, maxLength: 25 }),
  )
  .map(([first, rest]) => first + rest);

test('an object id is written as the 16 bytes that the ulid library makes of it, and read back', () => {
  fc.assert(
    fc.property(ulids, (id) => {
      const bytes = Buffer.alloc(20, 0xff);
      writeObjectId(id, bytes, 2);
      expect(bytes.toString('hex', 2, 18)).toBe(ulidToUUID(id).replaceAll('-', '').toLowerCase());
      expect([bytes[1], bytes[18]]).toEqual([0xff, 0xff]);
      expect(readObjectId(bytes, 2)).toBe(id);
    }),
  );
});

test.each([
  '',
  '01JD',
  '81JD0000000000000000000000',
  '01jd0000000000000000000000',
  '01JD00000000000000000000U0',
  'é1JD0000000000000000000000',
  '01JD00000000000000000000000',
])('%s is no object id', (id) => {
  expect(() => writeObjectId(id, new Uint8Array(16), 0)).toThrow(/no object id/);
});
