import fc from 'fast-check';
import { expect, test } from 'vitest';
import { snappyCompress, snappyDecompress } from '../../../lib/kafka/compression/snappy.ts';
import { decompressSnappyBlock } from '../../../lib/kafka/compression/snappy-block.ts';
import { outcomeOf } from '../batches.ts';

const XERIAL = '82534e41505059000000000100000001';
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

test.each([
  ['one raw block, without a frame', '05 10 68656c6c6f', 'hello'],
  ["xerial's frame", `${XERIAL} 00000005 03 08 68656c 00000004 02 04 6c6f`, 'hello'],
  ["xerial's frame around nothing", XERIAL, ''],
  ['a copy of each kind', '0f 08 616263 01 03 16 0300 07 03000000', 'abcabcabcabcabc'],
  ['a literal of one length byte', `3d f0 3c ${'61'.repeat(61)}`, 'a'.repeat(61)],
])('%s is read', (_, stream, text) => {
  expect(Buffer.from(snappyDecompress(hex(stream), 100)).toString()).toBe(text);
});

test("what we write stands in xerial's frame", () => {
  expect(Buffer.from(snappyCompress(Buffer.from('hello'))).toString('hex')).toBe(
    `${XERIAL}00000007051068656c6c6f`,
  );
});

test.each([
  ['no length', ''],
  ['a length that does not end', 'ff ff ff ff ff 01'],
  ['a literal that is cut short', '05 10 6865'],
  ['a literal whose length is 2^32', '0a fc fa ff ff ff 01 02 03 04'],
  ['less than it says', '06 10 68656c6c6f'],
  ['more than it says', '04 10 68656c6c6f'],
  ['a copy from before its beginning', '06 00 61 05 02'],
  ['a copy of distance 0', '06 00 61 05 00'],
  ['a copy from the chunk before', `${XERIAL} 00000003 01 00 61 00000005 06 00 61 05 02`],
  ['a copy that is cut short', '08 00 61 06 01'],
  ['a copy that says too much', '05 00 61 16 0100'],
  ['a chunk that is cut short', `${XERIAL} 00000009 05 10 68656c6c6f`],
  ['a chunk of no bytes', `${XERIAL} 00000000`],
  ['a chunk of negative length', `${XERIAL} ffffffff`],
])('a stream with %s is damaged', (_, stream) => {
  expect(() => snappyDecompress(hex(stream), 100)).toThrow(
    expect.objectContaining({ error: 'CORRUPT_MESSAGE' }),
  );
});

test('lengths above the bound are refused before anything is allocated, alone and added up', () => {
  const chunk = '00000007 05 10 68656c6c6f';
  for (const stream of ['ff ff ff ff 0f 00 61', `${XERIAL} ${chunk} ${chunk}`]) {
    expect(() => snappyDecompress(hex(stream), 9)).toThrow(
      expect.objectContaining({ error: 'MESSAGE_TOO_LARGE' }),
    );
  }
});

test('a block of any bytes never writes outside its room', () => {
  fc.assert(
    fc.property(fc.uint8Array({ max: 63, maxLength: 60 }), fc.nat(60), (elements, room) => {
      const out = Buffer.alloc(100, 0xee);
      outcomeOf(() => decompressSnappyBlock(Buffer.from([room, ...elements]), out, 20));
      expect(out.subarray(0, 20).every((byte) => byte === 0xee)).toBe(true);
      expect(out.subarray(20 + room).every((byte) => byte === 0xee)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});
