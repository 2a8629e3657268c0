import { expect, test } from 'vitest';
import { asOffset } from '../../lib/kafka/types.ts';
import {
  decodeIndexPage,
  encodeIndexPage,
  type IndexPage,
  type PlacedEntry,
} from '../../lib/log/codec/index-page.ts';
import { encodeProducerState } from '../../lib/log/codec/producer-state.ts';
import type { Stores } from '../../lib/storage/embedded.ts';
import type { PartitionKey } from '../../lib/storage/head.ts';
import { inlineIntakeKey, pageKey, producerKey } from '../../lib/storage/keys.ts';
import { batchOf, sequenced } from './batches.ts';
import { checkInvariants } from './check-invariants.ts';
import { newPartition, openLogs, openStores } from './test-logs.ts';

/** Twenty-five appends: a plain batch, then an idempotent one, and so on; two pages and a head of five. */
async function open() {
  const stores = await openStores();
  const partition = await newPartition(stores);
  for (let at = 0; at < 25; at += 1) {
    const logs = openLogs(stores);
    await logs.append(partition, [
      at % 2 === 0 ? batchOf([`${at}`], { timestamps: [at] }) : sequenced(7, (at - 1) / 2),
    ]);
    await logs.close();
  }
  return { stores, partition };
}

async function changePage(
  stores: Stores,
  partition: PartitionKey,
  base: number,
  change: (page: IndexPage) => IndexPage,
) {
  const key = pageKey(partition, asOffset(base));
  const item = await stores.metadata.get(key);
  if (item === undefined) throw new Error(`no page at ${base}`);
  const content = encodeIndexPage(change(decodeIndexPage(item)));
  await stores.metadata.write([{ kind: 'put', key, ...content, condition: 'none' }]);
}

/** The page with one entry changed. */
const withEntry = (
  page: IndexPage,
  index: number,
  change: (placed: PlacedEntry) => PlacedEntry,
): IndexPage => ({
  ...page,
  entries: page.entries.map((placed, at) => (at === index ? change(placed) : placed)),
});

type Spoil = (stores: Stores, partition: PartitionKey) => Promise<unknown>;

test('a sound partition has no problems, and shows all its records', async () => {
  const { stores, partition } = await open();
  const { problems, records, entries } = await checkInvariants(stores, partition);
  expect([problems, entries.length]).toEqual([[], 25]);
  expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 25 }, (_, at) => at));
});

// Whoever checks the log has to be checked too: each of these must be told, by the invariant that it breaks.
test.each<[string, RegExp, Spoil]>([
  [
    'a page that is gone',
    /I1: page 10 should begin at 0/,
    (stores, partition) =>
      stores.metadata.write([{ kind: 'delete', key: pageKey(partition, asOffset(0)), condition: 'none' }]),
  ],
  [
    'a page that ends too early',
    /I1: page 10 should begin at 9/,
    (stores, partition) =>
      changePage(stores, partition, 0, (page) => ({
        ...page,
        to: asOffset(9),
        entries: page.entries.slice(0, 9),
      })),
  ],
  [
    'a page that cannot be read',
    /I4: page i#0+ cannot be read/,
    (stores, partition) =>
      stores.metadata.write([
        { kind: 'put', key: pageKey(partition, asOffset(0)), attributes: {}, condition: 'none' },
      ]),
  ],
  [
    'a page beyond the head’s entries',
    /I4: page 22 and the head from 20 tell different things/,
    async (stores, partition) => {
      const { entries } = await checkInvariants(stores, partition);
      const page = { base: asOffset(22), to: asOffset(23), maxTimestamp: 99, entries: entries.slice(22, 23) };
      await stores.metadata.write([
        { kind: 'put', key: pageKey(partition, asOffset(22)), ...encodeIndexPage(page), condition: 'absent' },
      ]);
    },
  ],
  [
    'a page that hides a timestamp from those who look for it',
    /I4: page 10 says timestamp 3, below/,
    (stores, partition) => changePage(stores, partition, 10, (page) => ({ ...page, maxTimestamp: 3 })),
  ],
  [
    'an append that stands there twice',
    /I2: append \S+ stands there twice, again at 11/,
    (stores, partition) =>
      changePage(stores, partition, 10, (page) =>
        withEntry(page, 1, (placed) => ({ ...placed, appendId: page.entries[0]?.appendId ?? '' })),
      ),
  ],
  [
    'an append under an epoch that is still to come',
    /I2: an entry came under epoch 5, the head is in 0/,
    (stores, partition) =>
      changePage(stores, partition, 10, (page) =>
        withEntry(page, 9, (placed) => ({ ...placed, entry: { ...placed.entry, leaderEpoch: 5 as never } })),
      ),
  ],
  [
    'an append under an epoch that had ended',
    /I2: the entry at 11 came under epoch 0, after 5/,
    (stores, partition) =>
      changePage(stores, partition, 10, (page) =>
        withEntry(page, 0, (placed) => ({ ...placed, entry: { ...placed.entry, leaderEpoch: 5 as never } })),
      ),
  ],
  [
    'an object that is gone',
    /I4: intake item \S+, to which offset 3 refers, is not there/,
    async (stores, partition) => {
      const { entries } = await checkInvariants(stores, partition);
      const key = inlineIntakeKey(entries[3]?.entry.objectId ?? '');
      await stores.metadata.write([{ kind: 'delete', key, condition: 'none' }]);
    },
  ],
  [
    'an entry that points beside its slice',
    /I3: intake item \S+, to which offset 3 refers, is damaged: its footer and its entry tell different things/,
    (stores, partition) =>
      changePage(stores, partition, 0, (page) =>
        withEntry(page, 3, (placed) => ({ ...placed, entry: { ...placed.entry, position: 1 } })),
      ),
  ],
  [
    'a batch of a producer that stands there twice',
    /I6: at 2, producer 7 writes sequence 0, not 1/,
    (stores, partition) =>
      changePage(stores, partition, 0, (page) =>
        withEntry(page, 2, (placed) => ({ ...placed, entry: page.entries[1]?.entry ?? placed.entry })),
      ),
  ],
])('%s is told', async (_, expected, spoil) => {
  const { stores, partition } = await open();
  await spoil(stores, partition);
  const { problems } = await checkInvariants(stores, partition);
  expect(problems).toContainEqual(expect.stringMatching(expected));
});

test('a producer whose state in its item is not that of its last batch is told', async () => {
  const { stores, partition } = await open();
  for (let at = 0; at < 30; at += 1) {
    const logs = openLogs(stores);
    await logs.append(partition, [batchOf(['x'])]);
    await logs.close();
  }
  expect((await checkInvariants(stores, partition)).problems).toEqual([]);
  const data = encodeProducerState({ producerEpoch: 0, lastSequence: 10, counts: [1] });
  await stores.metadata.write([
    { kind: 'put', key: producerKey(partition, '7'), attributes: {}, data, condition: 'none' },
  ]);
  const { problems } = await checkInvariants(stores, partition);
  expect(problems).toEqual([expect.stringMatching(/I6: of producer 7 the log knows .*10/)]);
});
