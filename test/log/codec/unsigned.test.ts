import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readUnsigned, writeUnsigned } from '../../../lib/log/codec/unsigned.ts';

const encode = (value: number): Uint8Array => {
  const bytes = new Uint8Array(8);
  return bytes.subarray(0, writeUnsigned(bytes, 0, value));
};

test.each([
  [0, [0]],
  [127, [127]],
  [128, [0x80, 1]],
  [300, [0xac, 2]],
  [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  [Number.MAX_SAFE_INTEGER, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
])('%i is written in its shortest form', (value, bytes) => {
  expect([...encode(value)]).toEqual(bytes);
});

test('numbers come back as they were written, one behind the other', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat())), (values) => {
      const reader = { bytes: Buffer.concat(values.map(encode)), at: 0 };
      expect(values.map(() => readUnsigned(reader))).toEqual(values);
      expect(reader.at).toBe(reader.bytes.length);
    }),
  );
});

test.each([
  ['nothing', []],
  ['a number that is cut short', [0x80]],
  ['zero in two bytes', [0x80, 0]],
  ['a number above 2^53 - 1', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x10]],
  ['a number that does not end', Array<number>(9).fill(0xff)],
])('%s is refused', (_, bytes) => {
  expect(() => readUnsigned({ bytes: Uint8Array.from(bytes), at: 0 })).toThrow(RangeError);
});
