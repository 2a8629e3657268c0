import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KafkaError } from '../../lib/kafka/errors.ts';
import { VarintReader, varintSize, varlongSize, writeVarint, writeVarlong } from '../../lib/kafka/varint.ts';

const written = (write: typeof writeVarint, value: number): Buffer => {
  const bytes = Buffer.alloc(12);
  return bytes.subarray(0, write(bytes, 0, value));
};

test.each([
  [0, '00'],
  [-1, '01'],
  [1, '02'],
  [63, '7e'],
  [-64, '7f'],
  [64, '8001'],
  [-65, '8101'],
  [8191, 'fe7f'],
  [-8192, 'ff7f'],
  [8192, '808001'],
  [2 ** 31 - 1, 'feffffff0f'],
  [-(2 ** 31), 'ffffffff0f'],
])('%i is written as Kafka writes it', (value, hex) => {
  expect(written(writeVarint, value).toString('hex')).toBe(hex);
  expect(written(writeVarlong, value).toString('hex')).toBe(hex);
});

test.each([
  [17179869183, 'feffffff7f'],
  [-17179869184, 'ffffffff7f'],
  [17179869184, '808080808001'],
  [2 ** 53 - 1, 'feffffffffffff1f'],
])('%i, beyond 32 bits, is written as Kafka writes it', (value, hex) => {
  expect(written(writeVarlong, value).toString('hex')).toBe(hex);
});

test('every int32 comes back from as many bytes as were foretold', () => {
  fc.assert(
    fc.property(fc.integer(), (value) => {
      const bytes = written(writeVarint, value);
      expect(bytes.length).toBe(varintSize(value));
      expect(new VarintReader(bytes).readVarint()).toBe(value);
    }),
  );
});

test('every safe integer comes back from as many bytes as were foretold', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const bytes = written(writeVarlong, value);
      expect(bytes.length).toBe(varlongSize(value));
      expect(new VarintReader(bytes).readVarlong()).toBe(value);
    }),
  );
});

test.each([
  ['a varint that is cut short', 'readVarint', '80'],
  ['a varint of 33 bits', 'readVarint', 'ffffffff1f'],
  ['a varint that goes on', 'readVarint', '808080808000'],
  ['a varlong that is cut short', 'readVarlong', '8080'],
  ['a varlong of more than ten bytes', 'readVarlong', '8080808080808080808000'],
  ['a varlong beyond what a double holds', 'readVarlong', 'ffffffffffffffffff01'],
  ['nothing at all', 'readVarint', ''],
] as const)('%s is refused', (_, read, hex) => {
  const reader = new VarintReader(Buffer.from(hex, 'hex'));
  expect(() => reader[read]()).toThrow(KafkaError);
});
