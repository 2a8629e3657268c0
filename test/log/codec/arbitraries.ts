import fc from 'fast-check';
import { encodeTime } from 'ulid';
import { asEpoch } from '../../../lib/kafka/types.ts';
import { type LogEntry, PRODUCER_BATCHES_MAX } from '../../../lib/log/codec/log-entry.ts';

const INT32_MAX = 2 ** 31 - 1;
const UINT32_MAX = 2 ** 32 - 1;

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const objectIds: fc.Arbitrary<string> = fc
  .tuple(
    fc.integer({ min: 0, max: 2 ** 47 }),
    fc.array(fc.constantFrom(...CROCKFORD), { minLength: 16, maxLength: 16 }),
  )
  .map(([timeMs, random]) => encodeTime(timeMs, 10) + random.join(''));

export const appendIds: fc.Arbitrary<string> = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'));

const producerBatches = fc.record({
  producerId: fc.oneof(fc.nat(), fc.maxSafeNat()),
  producerEpoch: fc.integer({ min: 0, max: 2 ** 15 - 1 }),
  baseSequence: fc.oneof(fc.nat(), fc.constant(INT32_MAX)),
  count: fc.integer({ min: 1, max: 1_000 }),
  offsetDelta: fc.nat({ max: INT32_MAX - 1_000 }),
});

export const logEntries: fc.Arbitrary<LogEntry> = fc
  .record({
    objectId: objectIds,
    inline: fc.boolean(),
    position: fc.integer({ min: 0, max: UINT32_MAX }),
    length: fc.integer({ min: 1, max: UINT32_MAX }),
    spare: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: UINT32_MAX - INT32_MAX - 1 })),
    maxTimestamp: fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 2 ** 43 }), fc.maxSafeNat()),
    leaderEpoch: fc.nat(INT32_MAX).map(asEpoch),
    producerBatches: fc.array(producerBatches, { maxLength: PRODUCER_BATCHES_MAX, size: 'max' }),
  })
  .map(({ spare, ...entry }) => {
    const end = Math.max(1, ...entry.producerBatches.map(({ offsetDelta, count }) => offsetDelta + count));
    return { ...entry, count: end + spare };
  });

/** One byte changed to another, some bytes cut off, or some put behind: bytes that nobody wrote. */
export function damaged(original: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  return fc.oneof(
    fc.tuple(original, at, fc.integer({ min: 1, max: 255 })).map(([bytes, place, flip]) => {
      const changed = Uint8Array.from(bytes);
      const index = Math.floor(place * changed.length);
      changed[index] = (changed[index] ?? 0) ^ flip;
      return changed;
    }),
    fc.tuple(original, at).map(([bytes, place]) => bytes.slice(0, Math.floor(place * bytes.length))),
    fc
      .tuple(original, fc.uint8Array({ minLength: 1, maxLength: 40 }))
      .map(([bytes, tail]) => Buffer.concat([bytes, tail])),
  );
}

/** What a decoder made of bytes: a value, or `undefined` when it refused them by one of its documented errors. */
export function readOrRefused<Value>(
  decode: () => Value,
  ...documented: readonly (new (
    ...args: never[]
  ) => Error)[]
): Value | undefined {
  try {
    return decode();
  } catch (error) {
    if (documented.some((type) => error instanceof type)) return undefined;
    throw error;
  }
}
