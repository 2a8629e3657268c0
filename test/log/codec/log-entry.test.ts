import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asEpoch } from '../../../lib/kafka/types.ts';
import { decodeLogEntry, encodeLogEntry, type LogEntry } from '../../../lib/log/codec/log-entry.ts';
import { damaged, logEntries, readOrRefused } from './arbitraries.ts';

const entry: LogEntry = {
  objectId: '01JD0000000000000000000000',
  inline: false,
  position: 7,
  length: 100,
  count: 3,
  maxTimestamp: 1_700_000_000_000,
  leaderEpoch: asEpoch(2),
  producerBatches: [{ producerId: 5, producerEpoch: 1, baseSequence: 9, count: 2, offsetDelta: 1 }],
};

/** Whatever is read must be exactly what its bytes say, or else a bit of them was passed over. */
function checkDecoder(bytes: Uint8Array): void {
  const read = readOrRefused(() => decodeLogEntry(bytes), RangeError);
  if (read !== undefined) expect(Buffer.from(encodeLogEntry(read))).toEqual(Buffer.from(bytes));
}

test('an entry comes back as it was written', () => {
  fc.assert(
    fc.property(logEntries, (written) => {
      expect(decodeLogEntry(encodeLogEntry(written))).toEqual(written);
    }),
  );
});

test('an entry is read from the middle of other bytes', () => {
  const bytes = encodeLogEntry(entry);
  const around = Buffer.concat([Buffer.alloc(5, 1), bytes, Buffer.alloc(5, 1)]);
  expect(decodeLogEntry(around.subarray(5, 5 + bytes.length))).toEqual(entry);
});

test('an entry takes some 30 bytes, and 8 more for a batch of an idempotent producer', () => {
  expect(encodeLogEntry({ ...entry, producerBatches: [] })).toHaveLength(29);
  const [batch] = entry.producerBatches;
  const busy = {
    ...batch,
    producerId: 12_345,
    baseSequence: 99_999,
    producerEpoch: 0,
    count: 2,
    offsetDelta: 1,
  };
  expect(encodeLogEntry({ ...entry, producerBatches: [busy] })).toHaveLength(37);
});

test('damaged, cut and foreign bytes are refused, or read to the last bit', () => {
  fc.assert(fc.property(damaged(logEntries.map(encodeLogEntry)), checkDecoder), { numRuns: 3_000 });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), checkDecoder), { numRuns: 3_000 });
});

test.each([
  ['an earlier version', (bytes: Buffer) => bytes.writeUInt8(1, 0)],
  ['a later version', (bytes: Buffer) => bytes.writeUInt8(3, 0)],
  ['a flag that we do not know', (bytes: Buffer) => bytes.writeUInt8(4, 1)],
  ['no bytes', (bytes: Buffer) => bytes.writeUInt8(0, 19)],
  ['no record', (bytes: Buffer) => bytes.writeUInt8(0, 20)],
  ['a number in more bytes than it needs', (bytes: Buffer) => bytes.writeUInt16BE(0x8700, 18)],
  ['more batches than its bytes hold', (bytes: Buffer) => bytes.writeUInt8(2, 28)],
  ['fewer batches than its bytes hold', (bytes: Buffer) => bytes.writeUInt8(0, 28)],
  ['an empty batch', (bytes: Buffer) => bytes.writeUInt8(0, 32)],
  ['a batch that ends beyond the entry', (bytes: Buffer) => bytes.writeUInt8(2, 33)],
])('%s is refused', (_, damage) => {
  const bytes = Buffer.from(encodeLogEntry(entry));
  damage(bytes);
  expect(() => decodeLogEntry(bytes)).toThrow(RangeError);
});

test.each<[string, Partial<LogEntry>]>([
  ['a position beyond 32 bits', { position: 2 ** 32 }],
  ['a length beyond 32 bits', { length: 2 ** 32 }],
  ['a count beyond 32 bits', { count: 2 ** 32 }],
  ['a negative position', { position: -1 }],
  ['a position between two bytes', { position: 0.5 }],
  ['no record', { count: 0 }],
  ['a timestamp between two milliseconds', { maxTimestamp: 0.5 }],
  ['an object id that is no ULID', { objectId: 'intake-1' }],
  [
    'more batches than one entry takes',
    { count: 65, producerBatches: Array(65).fill(entry.producerBatches[0]) },
  ],
])('%s is not written', (_, wrong) => {
  expect(() => encodeLogEntry({ ...entry, ...wrong })).toThrow();
});
