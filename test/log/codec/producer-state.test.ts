import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeProducerState,
  encodeProducerState,
  type ProducerState,
} from '../../../lib/log/codec/producer-state.ts';
import { damaged, readOrRefused } from './arbitraries.ts';

const states: fc.Arbitrary<ProducerState> = fc.record({
  producerEpoch: fc.integer({ min: 0, max: 2 ** 15 - 1 }),
  lastSequence: fc.oneof(fc.nat(), fc.constant(2 ** 31 - 1)),
  counts: fc.array(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 5 }),
});

const state: ProducerState = { producerEpoch: 1, lastSequence: 41, counts: [2, 40] };

function checkDecoder(bytes: Uint8Array): void {
  const read = readOrRefused(() => decodeProducerState(bytes), RangeError);
  if (read !== undefined) expect(Buffer.from(encodeProducerState(read))).toEqual(Buffer.from(bytes));
}

test('a state comes back as it was written', () => {
  fc.assert(
    fc.property(states, (written) => {
      expect(decodeProducerState(encodeProducerState(written))).toEqual(written);
    }),
  );
});

test('one state has one encoding, so that heads can compare states byte for byte', () => {
  fc.assert(
    fc.property(states, (written) => {
      expect(encodeProducerState({ ...written })).toEqual(
        encodeProducerState(decodeProducerState(encodeProducerState(written))),
      );
    }),
  );
});

test('damaged, cut and foreign bytes are refused, or read to the last bit', () => {
  fc.assert(fc.property(damaged(states.map(encodeProducerState)), checkDecoder), { numRuns: 3_000 });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), checkDecoder), { numRuns: 3_000 });
});

test.each([
  ['a negative epoch', (bytes: Buffer) => bytes.writeInt16BE(-1, 0)],
  ['a negative sequence', (bytes: Buffer) => bytes.writeInt32BE(-1, 2)],
  ['a batch without records', (bytes: Buffer) => bytes.writeInt32BE(0, 7)],
  ['no batch', (bytes: Buffer) => bytes.writeUInt8(0, 6)],
])('%s is refused', (_, damage) => {
  const bytes = Buffer.from(encodeProducerState(state));
  damage(bytes);
  expect(() => decodeProducerState(bytes)).toThrow(RangeError);
});

test.each<[string, Partial<ProducerState>]>([
  ['no batch', { counts: [] }],
  ['six batches', { counts: [1, 1, 1, 1, 1, 1] }],
  ['an empty batch', { counts: [0] }],
  ['a sequence beyond 2^31 - 1', { lastSequence: 2 ** 31 }],
  ['a negative sequence', { lastSequence: -1 }],
])('%s is not written', (_, wrong) => {
  expect(() => encodeProducerState({ ...state, ...wrong })).toThrow(RangeError);
});
