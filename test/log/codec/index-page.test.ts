import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asOffset } from '../../../lib/kafka/types.ts';
import {
  decodeIndexPage,
  encodeIndexPage,
  type IndexPage,
  placeHeadEntries,
} from '../../../lib/log/codec/index-page.ts';
import { encodeLogEntry } from '../../../lib/log/codec/log-entry.ts';
import { InvariantError } from '../../../lib/log/invariant.ts';
import type { Attributes, Item } from '../../../lib/storage/item.ts';
import { pageKey } from '../../../lib/storage/keys.ts';
import { appendIds, damaged, logEntries, readOrRefused } from './arbitraries.ts';

const partition = { topicId: 't', partition: 0 };

const pages: fc.Arbitrary<IndexPage> = fc
  .record({
    base: fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 50 })),
    maxTimestamp: fc.integer({ min: -1, max: 2 ** 43 }),
    appends: fc.array(fc.record({ appendId: appendIds, entry: logEntries }), { minLength: 1, maxLength: 6 }),
  })
  .map(({ base, maxTimestamp, appends }) => {
    let next = base;
    const entries = appends.map(({ appendId, entry }) => {
      const placed = { appendId, base: asOffset(next), entry };
      next += entry.count;
      return placed;
    });
    return { base: asOffset(base), to: asOffset(next), maxTimestamp, entries };
  });

const itemOf = ({ attributes, data }: { attributes: Attributes; data: Uint8Array }): Item => ({
  key: pageKey(partition, asOffset(0)),
  version: 'v',
  attributes,
  data,
});

test('a page comes back as it was written', () => {
  fc.assert(
    fc.property(pages, (page) => {
      expect(decodeIndexPage(itemOf(encodeIndexPage(page)))).toEqual(page);
    }),
  );
});

test('damaged, cut and foreign bytes are refused, or read to the last bit', () => {
  const damagedPages = pages.chain((page) => {
    const { attributes, data } = encodeIndexPage(page);
    return fc
      .oneof(damaged(fc.constant(data)), fc.uint8Array({ maxLength: 300 }))
      .map((wrong) => ({ attributes, data: wrong }));
  });
  fc.assert(
    fc.property(damagedPages, ({ attributes, data }) => {
      const read = readOrRefused(
        () => decodeIndexPage(itemOf({ attributes, data })),
        RangeError,
        InvariantError,
      );
      if (read !== undefined) expect(Buffer.from(encodeIndexPage(read).data)).toEqual(Buffer.from(data));
    }),
    { numRuns: 2_000 },
  );
});

test('a page whose fields are not those of a page is refused', () => {
  const anything = fc.record(
    { base: fc.jsonValue(), to: fc.jsonValue(), maxTimestamp: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const fields = anything as fc.Arbitrary<Attributes>;
  fc.assert(
    fc.property(pages, fields, (page, wrong) => {
      const { attributes, data } = encodeIndexPage(page);
      const item = itemOf({ attributes: { ...attributes, ...wrong }, data });
      const read = readOrRefused(() => decodeIndexPage(item), RangeError, InvariantError);
      if (read !== undefined) expect(encodeIndexPage(read).attributes).toEqual(item.attributes);
    }),
  );
});

const entry = {
  objectId: '01JD0000000000000000000000',
  inline: true,
  position: 0,
  length: 10,
  count: 2,
  maxTimestamp: 0,
  leaderEpoch: 0,
  producerBatches: [],
} as unknown as IndexPage['entries'][number]['entry'];

const page: IndexPage = {
  base: asOffset(5),
  to: asOffset(7),
  maxTimestamp: 0,
  entries: [{ appendId: 'AAAAAAAAAAA', base: asOffset(5), entry }],
};

test.each<[string, Partial<IndexPage>]>([
  ['without entries', { entries: [] }],
  ['that ends beyond its entries', { to: asOffset(8) }],
  ['that begins before its entries', { base: asOffset(4) }],
  ['with an append id that is not 8 bytes', { entries: [{ appendId: 'AAAA', base: asOffset(5), entry }] }],
])('a page %s is not written', (_, wrong) => {
  expect(() => encodeIndexPage({ ...page, ...wrong })).toThrow(InvariantError);
});

test('head entries are read in their places, and a hole among them is told', () => {
  const bytes = encodeLogEntry(entry);
  const head = (bases: readonly number[]) =>
    bases.map((base, index) => ({ appendId: `AAAAAAAAAA${index}`, base: asOffset(base), entry: bytes }));
  expect(placeHeadEntries(asOffset(5), asOffset(9), head([5, 7]))).toMatchObject([{ base: 5 }, { base: 7 }]);
  expect(() => placeHeadEntries(asOffset(5), asOffset(10), head([5, 8]))).toThrow(InvariantError);
  expect(() => placeHeadEntries(asOffset(5), asOffset(10), head([5, 7]))).toThrow(InvariantError);
  expect(() => placeHeadEntries(asOffset(4), asOffset(9), head([5, 7]))).toThrow(InvariantError);
  expect(() => placeHeadEntries(asOffset(4), asOffset(5), [])).toThrow(InvariantError);
});
