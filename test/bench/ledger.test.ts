import { expect, test } from 'vitest';
import { buildBodies, type Format, type Shape } from '../../bench/bodies.ts';
import { acknowledgedOffset, Ledger } from '../../bench/generator/ledger.ts';

const shapeOf = (format: Format, batches = 1): Shape => ({
  format,
  batches,
  recordsPerBatch: 2,
  recordBytes: 64,
});

const answer = (offsets: readonly (number | null)[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      offsets: offsets.map((offset) => ({ partition: 0, offset, error_code: null, error: null })),
      key_schema_id: null,
      value_schema_id: null,
    }),
  );

test('an answer with an offset for each record gives the first', () => {
  expect(acknowledgedOffset(answer([41, 42]), shapeOf('json'))).toBe(41);
});

test('an answer with an offset for each batch gives the first', () => {
  expect(acknowledgedOffset(answer([40]), shapeOf('recordbatch'))).toBe(40);
  expect(acknowledgedOffset(answer([40, 42, 44]), shapeOf('recordbatch', 3))).toBe(40);
});

test.each([[[41, 43]], [[41, null]], [[]]])(
  'an answer with the offsets %j is no acknowledgement',
  (offsets) => {
    expect(() => acknowledgedOffset(answer(offsets), shapeOf('json'))).toThrow();
  },
);

test('acknowledgements in any order are sorted, and a gap between them is found', () => {
  const [body] = buildBodies(shapeOf('recordbatch'), 1, 1);
  if (body === undefined) throw new Error('one body was asked for');
  const ledger = new Ledger();
  ledger.acknowledge(0, { baseOffset: 2, body });
  ledger.acknowledge(0, { baseOffset: 0, body });
  expect(ledger.entries(0).map(({ baseOffset }) => baseOffset)).toEqual([0, 2]);
  expect(ledger.endOffset(0)).toBe(4);
  ledger.acknowledge(0, { baseOffset: 6, body });
  expect(() => ledger.entries(0)).toThrow('offset 4 was never acknowledged');
});
