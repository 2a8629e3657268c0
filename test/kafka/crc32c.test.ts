import { expect, test } from 'vitest';
import { crc32c } from '../../lib/kafka/crc32c.ts';

test.each([
  ['', 0],
  [Buffer.from('123456789').toString('hex'), 0xe3069283],
  ['00'.repeat(32), 0x8a9136aa],
  ['ff'.repeat(32), 0x62a8ab43],
])('the CRC-32C of %s is that of RFC 3720', (hex, crc) => {
  expect(crc32c(Buffer.from(hex, 'hex'))).toBe(crc);
});

test('a CRC takes nothing over from the one before', () => {
  crc32c(Buffer.alloc(100_000, 1));
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});
