import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeIntakeFooter,
  encodeIntakeFooter,
  type IntakeSlice,
} from '../../../lib/log/codec/intake-footer.ts';
import { damaged, readOrRefused } from './arbitraries.ts';

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

const slices: fc.Arbitrary<IntakeSlice[]> = fc.array(
  fc.record({
    partition: fc.record({
      topicId: fc.oneof(fc.uuid(), fc.string({ minLength: 1, unit: 'grapheme', maxLength: 20 })),
      partition: uint32,
    }),
    position: uint32,
    length: uint32,
    count: uint32,
    crc: uint32,
  }),
  { maxLength: 20 },
);

const slice: IntakeSlice = {
  partition: { topicId: 't', partition: 1 },
  position: 0,
  length: 9,
  count: 2,
  crc: 3,
};

test('a footer is found at the end of its object and comes back as it was written', () => {
  fc.assert(
    fc.property(fc.uint8Array(), slices, (before, written) => {
      expect(decodeIntakeFooter(Buffer.concat([before, encodeIntakeFooter(written)]))).toEqual(written);
    }),
  );
});

test('a footer is found in the middle of other memory', () => {
  const object = Buffer.concat([Buffer.alloc(3), encodeIntakeFooter([slice]), Buffer.alloc(3)]);
  expect(decodeIntakeFooter(object.subarray(3, -3))).toEqual([slice]);
});

// Garbage collection asks a footer which partitions may refer to the object: one that lies would lose records.
test('no damage, cut or foreign end is ever read as a footer', () => {
  fc.assert(
    fc.property(damaged(slices.map(encodeIntakeFooter)), (bytes) => {
      expect(readOrRefused(() => decodeIntakeFooter(bytes), RangeError)).toBeUndefined();
    }),
    { numRuns: 3_000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(readOrRefused(() => decodeIntakeFooter(bytes), RangeError)).toBeUndefined();
    }),
  );
});

test('damage before the footer is not its business: each slice has a CRC of its own', () => {
  const object = Buffer.concat([Buffer.from('records'), encodeIntakeFooter([slice])]);
  object[0] = 0;
  expect(decodeIntakeFooter(object)).toEqual([slice]);
});

test.each<[string, Partial<IntakeSlice>]>([
  ['a position beyond 32 bits', { position: 2 ** 32 }],
  ['a topic id of more than 255 bytes', { partition: { topicId: 'x'.repeat(256), partition: 0 } }],
])('%s is not written', (_, wrong) => {
  expect(() => encodeIntakeFooter([{ ...slice, ...wrong }])).toThrow(RangeError);
});
