import { AssertionError } from 'node:assert';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asEpoch, asOffset } from '../../../lib/kafka/types.ts';
import type { Head } from '../../../lib/storage/head.ts';
import { decodeHead, encodeHead } from '../../../lib/storage/heads/codec.ts';
import { newHead } from '../../../lib/storage/heads/new-head.ts';
import { hex, plain } from '../head-commands.ts';

const id = fc.stringMatching(/^[0-9A-Za-z_-]{1,26}$/);
const someBytes = fc.uint8Array({ maxLength: 300 });
const counter = fc.maxSafeNat();

const heads: fc.Arbitrary<Head> = fc
  .record({
    leader: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    epoch: fc.integer({ min: 0, max: 2 ** 31 - 1 }).map(asEpoch),
    evictions: counter,
    swaps: counter,
    barrier: fc.oneof(fc.constant(''), id),
    deleted: fc.boolean(),
    producers: fc.array(fc.tuple(id, someBytes), { maxLength: 20 }).map((all) => new Map(all)),
    compacted: fc.nat(),
    pages: fc.nat(),
    entries: fc.array(
      fc.record({ appendId: id, entry: someBytes, count: fc.integer({ min: 1, max: 1e9 }) }),
      {
        maxLength: 25,
      },
    ),
    start: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ compacted, pages, entries, start, ...rest }) => {
    const tail = compacted + pages;
    let next = tail;
    const placed = entries.map(({ count, ...entry }) => {
      const base = asOffset(next);
      next += count;
      return { ...entry, base };
    });
    return {
      ...rest,
      start: asOffset(Math.floor(start * next)),
      compacted: asOffset(compacted),
      tail: asOffset(tail),
      next: asOffset(next),
      entries: placed,
    };
  });

test('every head comes back as it was', () => {
  fc.assert(
    fc.property(heads, (head) => {
      expect(plain(decodeHead(encodeHead(head)))).toEqual(plain(head));
    }),
  );
});

test('the encoding is what its comment says', () => {
  const head: Head = {
    ...newHead(3),
    epoch: asEpoch(2),
    next: asOffset(1),
    barrier: 'b',
    entries: [{ appendId: 'id', base: asOffset(0), entry: Buffer.from('ee') }],
    producers: new Map([['7', Buffer.from('s')]]),
  };
  const zero = '0000000000000000';
  const one = '3ff0000000000000';
  expect(hex(encodeHead(head))).toBe(
    [
      '01',
      '00',
      '00000003',
      '00000002',
      ...[zero, zero, zero, one, zero, zero],
      '0162',
      '00000001',
      `026964${zero}000000026565`,
      '00000001',
      '01370000000173',
    ].join(''),
  );
});

test('a head that was cut or grew is never taken for one', () => {
  fc.assert(
    fc.property(heads, fc.nat(), (head, cut) => {
      const encoded = encodeHead(head);
      expect(() => decodeHead(encoded.subarray(0, cut % encoded.length))).toThrow();
      expect(() => decodeHead(Buffer.concat([encoded, Buffer.of(0)]))).toThrow(AssertionError);
    }),
  );
});

test('a head of a later format is not read', () => {
  const encoded = encodeHead(newHead(1));
  encoded[0] = 2;
  expect(() => decodeHead(encoded)).toThrow(/format 2/);
});
