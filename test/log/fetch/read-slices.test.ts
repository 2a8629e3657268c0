import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asOffset } from '../../../lib/kafka/types.ts';
import type { PlacedEntry } from '../../../lib/log/codec/index-page.ts';
import type { PartitionLogs } from '../../../lib/log/types.ts';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import { inlineIntakeKey, intakeObjectKey } from '../../../lib/storage/keys.ts';
import { batchOf, valuesOf } from '../batches.ts';
import { checkInvariants } from '../check-invariants.ts';
import { newPartition, openLogs, openStores } from '../test-logs.ts';

type TestStores = Awaited<ReturnType<typeof openStores>>;

const read = async (logs: PartitionLogs, partition: PartitionKey, offset: number, maxBytes = 1e6) =>
  valuesOf(
    (await logs.fetch({ partition, offset: asOffset(offset), maxBytes, minBytes: 1, maxWaitMs: 0 })).batches,
  );

/** Six appends of one record: as objects, or as items. */
async function openWithSix(kind: 'objects' | 'items') {
  const stores = await openStores({ metadata: { inlineBytesMax: kind === 'items' ? 1_000 : 0 } });
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  for (let count = 0; count < 6; count += 1) await logs.append(partition, [batchOf([`value ${count}`])]);
  const { entries } = await checkInvariants(stores, partition);
  const [, , , third] = entries;
  if (third === undefined) throw new Error('six appends, but no fourth entry');
  return { stores, partition, entry: third, reader: openLogs(stores) };
}

/** Changes the bytes that an entry refers to, behind everybody's back. */
async function tamper(
  stores: TestStores,
  { entry }: PlacedEntry,
  change: (bytes: Buffer) => Uint8Array,
): Promise<void> {
  const key = inlineIntakeKey(entry.objectId);
  const item = await stores.metadata.get(key);
  if (item?.data) {
    const data = change(Buffer.from(item.data));
    await stores.metadata.write([{ kind: 'put', key, attributes: {}, data, condition: 'none' }]);
    return;
  }
  const bytes = await stores.objects.get(intakeObjectKey(entry.objectId));
  if (bytes === undefined) throw new Error('nothing to tamper with');
  await writeFile(
    join(stores.folder, 'objects', intakeObjectKey(entry.objectId)),
    change(Buffer.from(bytes)),
  );
}

async function remove(stores: TestStores, { entry }: PlacedEntry): Promise<void> {
  await stores.objects.delete([intakeObjectKey(entry.objectId)]);
  await stores.metadata.write([{ kind: 'delete', key: inlineIntakeKey(entry.objectId), condition: 'none' }]);
}

const damages: readonly [string, (bytes: Buffer) => Uint8Array][] = [
  ['a changed byte', (bytes) => bytes.fill(0xff, 70, 71)],
  ['a changed base offset', (bytes) => bytes.fill(1, 7, 8)],
  ['a changed length', (bytes) => bytes.fill(0, 11, 12)],
  ['another magic', (bytes) => bytes.fill(1, 16, 17)],
  ['a cut end', (bytes) => bytes.subarray(0, 40)],
  ['no bytes', (bytes) => bytes.subarray(0, 0)],
  ['all zeros', (bytes) => bytes.fill(0)],
];

test.each(
  damages.flatMap(([what, change]) =>
    (['objects', 'items'] as const).map((kind) => [kind, what, change] as const),
  ),
)(
  '%s with %s: an error for that range, and what stands before and behind it is read',
  async (kind, _, change) => {
    const { stores, partition, entry, reader } = await openWithSix(kind);
    await tamper(stores, entry, change);
    expect(await read(reader, partition, 0)).toEqual(['value 0', 'value 1', 'value 2']);
    await expect(read(reader, partition, 3)).rejects.toMatchObject({ error: 'CORRUPT_MESSAGE' });
    expect(await read(reader, partition, 4)).toEqual(['value 4', 'value 5']);
    expect((await checkInvariants(stores, partition)).problems).toEqual([
      expect.stringMatching(/^I3: .*damaged/),
    ]);
  },
);

test.each(['objects', 'items'] as const)(
  '%s that are gone though the head did not change: an error for that range, and the rest is read',
  async (kind) => {
    const { stores, partition, entry, reader } = await openWithSix(kind);
    await remove(stores, entry);
    expect(await read(reader, partition, 0)).toEqual(['value 0', 'value 1', 'value 2']);
    await expect(read(reader, partition, 3)).rejects.toMatchObject({ error: 'KAFKA_STORAGE_ERROR' });
    expect(await read(reader, partition, 4)).toEqual(['value 4', 'value 5']);
    expect((await checkInvariants(stores, partition)).problems).toEqual([
      expect.stringMatching(/^I4: .*not there/),
    ]);
  },
);

test('damage is not remembered: an object that is put right is read', async () => {
  const { stores, partition, entry, reader } = await openWithSix('objects');
  const whole = await stores.objects.get(intakeObjectKey(entry.entry.objectId));
  await tamper(stores, entry, (bytes) => bytes.subarray(0, 40));
  await expect(read(reader, partition, 3)).rejects.toThrow();
  await tamper(stores, entry, () => whole ?? Buffer.alloc(0));
  expect(await read(reader, partition, 3)).toEqual(['value 3', 'value 4', 'value 5']);
});

test('an object that is gone because the index moved is read where it is now', async () => {
  const { stores, partition, entry, reader } = await openWithSix('objects');
  reader.faults.before('objects.get', async () => {
    await stores.metadata.advance(partition, asOffset(4));
    await remove(stores, entry);
  });
  await expect(read(reader, partition, 3)).rejects.toMatchObject({ error: 'OFFSET_OUT_OF_RANGE' });
});

test('a store that is throttled is asked again for an object; one that is broken is told', async () => {
  const { partition, reader } = await openWithSix('objects');
  reader.faults.order('objects.get', 'notDone', 'notDone');
  expect(await read(reader, partition, 0)).toHaveLength(6);
  const broken = openLogs(await openStores());
  broken.faults.order('metadata.getHead', 'notDoneForGood');
  await expect(read(broken, partition, 0)).rejects.toMatchObject({ error: 'KAFKA_STORAGE_ERROR' });
});
