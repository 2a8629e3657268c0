import { expect, test } from 'vitest';
import { decodeProducerState } from '../../lib/log/codec/producer-state.ts';
import { roll } from '../../lib/log/roll.ts';
import type { Stores } from '../../lib/storage/embedded.ts';
import type { Head, PartitionKey } from '../../lib/storage/head.ts';
import { producerKey } from '../../lib/storage/keys.ts';
import { type Fault, Faults, faultyStores, type Operation } from '../support/faulty-stores.ts';
import { batchOf, sequenced } from './batches.ts';
import { checkInvariants } from './check-invariants.ts';
import { newPartition, openLogs, openStores, told } from './test-logs.ts';

const PRODUCER = 7;

async function open() {
  const stores = await openStores();
  return { stores, partition: await newPartition(stores) };
}

const send = async (stores: Stores, partition: PartitionKey, sequence: number) => {
  const logs = openLogs(stores);
  const outcomes = told(await logs.append(partition, [sequenced(PRODUCER, sequence)]));
  await logs.close();
  return outcomes;
};

/** One plain record, so that there is something to roll, and then a roll by the head as it is. */
async function rollNow(
  stores: Stores,
  partition: PartitionKey,
  faults = new Faults(),
): Promise<Head | undefined> {
  await openLogs(stores).append(partition, [batchOf(['x'])]);
  const head = await stores.metadata.getHead(partition);
  if (head === undefined) throw new Error('no head');
  return roll(faultyStores(stores, faults).metadata, partition, head);
}

/** What the producer's item says, if it has one. */
async function written(stores: Stores, partition: PartitionKey): Promise<number | undefined> {
  const item = await stores.metadata.get(producerKey(partition, String(PRODUCER)));
  return item?.data && decodeProducerState(item.data).lastSequence;
}

const producers = async (stores: Stores, partition: PartitionKey): Promise<string[]> => [
  ...((await stores.metadata.getHead(partition))?.producers.keys() ?? []),
];

async function expectSound(stores: Stores, partition: PartitionKey): Promise<void> {
  expect((await checkInvariants(stores, partition)).problems).toEqual([]);
}

test('a producer stays through the roll of its own batches and leaves with the next', async () => {
  const { stores, partition } = await open();
  await send(stores, partition, 0);
  await rollNow(stores, partition);
  expect(await producers(stores, partition)).toEqual([String(PRODUCER)]);
  expect(await rollNow(stores, partition)).toMatchObject({ evictions: 1 });
  expect(await producers(stores, partition)).toEqual([]);
  expect(await written(stores, partition)).toBe(0);
  await expectSound(stores, partition);
});

test('it comes back where it was, and leaves again with its newer state', async () => {
  const { stores, partition } = await open();
  await send(stores, partition, 0);
  await rollNow(stores, partition);
  await rollNow(stores, partition);
  expect(await send(stores, partition, 2)).toEqual(['OUT_OF_ORDER_SEQUENCE_NUMBER']);
  expect(await send(stores, partition, 0)).toEqual(['again 0']);
  expect(await send(stores, partition, 1)).toEqual([3]);
  await rollNow(stores, partition);
  await rollNow(stores, partition);
  expect([await producers(stores, partition), await written(stores, partition)]).toEqual([[], 1]);
  expect(await send(stores, partition, 1)).toEqual(['again 3']);
  expect(await send(stores, partition, 2)).toEqual([6]);
  await expectSound(stores, partition);
});

/** Each step of a roll that has somebody to evict, in its order. */
const STEPS: readonly Operation[] = [
  'metadata.getMany',
  'metadata.getHead',
  'metadata.write',
  'metadata.query',
  'metadata.trim',
];

test.each(STEPS)(
  'a producer that comes back just before %s of the roll does not lose its place',
  async (step) => {
    const { stores, partition } = await open();
    await send(stores, partition, 0);
    await rollNow(stores, partition);
    const faults = new Faults();
    faults.before(step, () => send(stores, partition, 1));
    await rollNow(stores, partition, faults);
    await expectSound(stores, partition);
    expect(await send(stores, partition, 3)).toEqual(['OUT_OF_ORDER_SEQUENCE_NUMBER']);
    expect(await send(stores, partition, 1)).toEqual([expect.stringMatching(/^again/)]);
    expect(await send(stores, partition, 2)).toEqual([expect.any(Number)]);
    await expectSound(stores, partition);
  },
);

test.each(STEPS)(
  'a roll that is overtaken at %s by others that evict twice writes nothing old over it',
  async (step) => {
    const { stores, partition } = await open();
    await send(stores, partition, 0);
    await rollNow(stores, partition);
    const faults = new Faults();
    faults.before(step, async () => {
      await rollNow(stores, partition);
      await send(stores, partition, 1);
      await rollNow(stores, partition);
      await rollNow(stores, partition);
    });
    await rollNow(stores, partition, faults);
    expect(await written(stores, partition)).toBe(1);
    expect(await send(stores, partition, 0)).toEqual([expect.stringMatching(/^again/)]);
    expect(await send(stores, partition, 2)).toEqual([expect.any(Number)]);
    await expectSound(stores, partition);
  },
);

const FAULTS: readonly Fault[] = ['notDone', 'lost', 'answerLost', 'late'];

const WRITES = FAULTS.flatMap((fault): [Fault, number][] => [
  [fault, 1],
  [fault, 2],
]);

test.each(WRITES)(
  'a roll whose write is %s loses nobody (write %i: 1 the states, 2 the page)',
  async (fault, nth) => {
    const { stores, partition } = await open();
    await send(stores, partition, 0);
    await rollNow(stores, partition);
    const faults = new Faults();
    faults.order('metadata.write', ...(nth === 1 ? [fault] : (['none', fault] as const)));
    await rollNow(stores, partition, faults);
    await expectSound(stores, partition);
    expect(await send(stores, partition, 1)).toEqual([3]);
    await faults.releaseLate();
    await expectSound(stores, partition);
    for (let rolls = 0; rolls < 3; rolls += 1) await rollNow(stores, partition);
    expect(await producers(stores, partition)).toEqual([]);
    expect(await send(stores, partition, 0)).toEqual(['again 0']);
    expect(await send(stores, partition, 2)).toEqual([expect.any(Number)]);
    await expectSound(stores, partition);
  },
);

test.each(FAULTS)('a trim that is %s loses nobody, also when it comes late', async (fault) => {
  const { stores, partition } = await open();
  await send(stores, partition, 0);
  await rollNow(stores, partition);
  const faults = new Faults();
  faults.order('metadata.trim', fault);
  await rollNow(stores, partition, faults);
  await expectSound(stores, partition);
  expect(await send(stores, partition, 1)).toEqual([3]);
  await rollNow(stores, partition);
  await faults.releaseLate();
  await rollNow(stores, partition);
  await faults.releaseLate();
  await expectSound(stores, partition);
  expect(await send(stores, partition, 2)).toEqual([expect.any(Number)]);
  await expectSound(stores, partition);
});

test('a process that remembers a head from before an eviction is refused, and finds the state where it went', async () => {
  const { stores, partition } = await open();
  const [before, inside] = [openLogs(stores), openLogs(stores)];
  await before.append(partition, [batchOf(['x'])]); // remembers a head without the producer, and no eviction
  await send(stores, partition, 0);
  await inside.append(partition, [batchOf(['x'])]); // remembers a head with the producer
  await rollNow(stores, partition);
  await rollNow(stores, partition);
  expect(told(await before.append(partition, [sequenced(PRODUCER, 1)]))).toEqual([5]);
  expect(told(await inside.append(partition, [sequenced(PRODUCER, 1)]))).toEqual(['again 5']);
  expect(told(await inside.append(partition, [sequenced(PRODUCER, 2)]))).toEqual([6]);
  await expectSound(stores, partition);
});

test('a producer that nobody knows and one that was evicted are told apart, whatever was remembered', async () => {
  const { stores, partition } = await open();
  const logs = openLogs(stores);
  await logs.append(partition, [batchOf(['x'])]);
  logs.faults.before('metadata.intake', async () => {
    await send(stores, partition, 0); // after its absence was seen
    await rollNow(stores, partition);
    await rollNow(stores, partition);
  });
  expect(told(await logs.append(partition, [sequenced(PRODUCER, 0)]))).toEqual(['again 1']);
  await expectSound(stores, partition);
});

test('many producers leave, and each is known when it comes back', async () => {
  const { stores, partition } = await open();
  const ids = Array.from({ length: 120 }, (_, id) => id);
  const first = openLogs(stores);
  await first.append(
    partition,
    ids.map((id) => sequenced(id, 0)),
  );
  await first.close();
  for (let rolls = 0; rolls < 4; rolls += 1) await rollNow(stores, partition);
  expect(await producers(stores, partition)).toEqual([]);
  const again = await openLogs(stores).append(
    partition,
    ids.flatMap((id) => [sequenced(id, 2), sequenced(id, 0)]),
  );
  expect(told(again)).toEqual(ids.flatMap((id) => ['OUT_OF_ORDER_SEQUENCE_NUMBER', `again ${id}`]));
  await expectSound(stores, partition);
});

test('however many producers come, the head keeps few of them: no more come in than leave', async () => {
  const { stores, partition } = await open();
  const sizes: number[] = [];
  const logs = openLogs(stores);
  for (let round = 0; round < 40; round += 1) {
    const ids = Array.from({ length: 20 }, (_, index) => round * 20 + index);
    await Promise.all(ids.map((id) => logs.append(partition, [sequenced(id, 0)])));
    sizes.push((await producers(stores, partition)).length);
  }
  expect(Math.max(...sizes)).toBeLessThan(150); // of 800
  await logs.close();
  await expectSound(stores, partition);
});

test('a topic that is deleted while its producers are written out is nobody’s error', async () => {
  const { stores, partition } = await open();
  await send(stores, partition, 0);
  await rollNow(stores, partition);
  const faults = new Faults();
  faults.before('metadata.getHead', () => stores.metadata.kill(partition));
  expect(await rollNow(stores, partition, faults)).toBeUndefined();
});
