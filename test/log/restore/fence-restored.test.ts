import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { brokerConfigSchema } from '../../../lib/cluster/broker-config.ts';
import { openCluster } from '../../../lib/cluster/cluster.ts';
import { fenceRestored } from '../../../lib/log/restore/fence-restored.ts';
import { type Fault, Faults, faultyStores } from '../../support/faulty-stores.ts';
import { openStores } from '../test-logs.ts';
import { HastyRuntime } from '../test-runtime.ts';

/** A topic of two partitions, in a store that may hold others. */
async function setUp() {
  const stores = await openStores();
  const faults = new Faults();
  const { metadata } = faultyStores(stores, faults);
  const config = brokerConfigSchema.parse({});
  const { topics } = await openCluster({ store: stores.metadata, config, brokerId: 1, monotonicMs: () => 0 });
  const { id: topicId } = await topics.create({ name: `orders-${randomUUID()}`, partitionCount: 2 });
  const partitions = [0, 1].map((partition) => ({ topicId, partition }));
  const runtime = new HastyRuntime();
  const fence = () => fenceRestored({ metadata, runtime, epochs: 3, producerIds: 10 });
  const heads = async () =>
    (await stores.metadata.getHeads(partitions)).map((head) => ({
      leader: head?.leader,
      epoch: head?.epoch,
    }));
  return { faults, fence, heads };
}

const led = (epoch: number) => [
  { leader: 1, epoch },
  { leader: 1, epoch },
];

test.each<Fault>(['notDone', 'lost', 'answerLost'])(
  'a call that is %s is made again until the head shows the higher epoch',
  async (fault) => {
    const { faults, fence, heads } = await setUp();
    faults.order('metadata.lead', fault, 'none', fault);
    const { topics, partitions } = await fence();
    expect(topics).toBeGreaterThanOrEqual(1);
    expect(partitions).toBeGreaterThanOrEqual(2);
    expect(await heads()).toEqual(led(3));
  },
);

test('done twice it raises twice, and whoever leads goes on leading', async () => {
  const { fence, heads } = await setUp();
  const { nextProducerId } = await fence();
  expect(await fence()).toMatchObject({ nextProducerId: nextProducerId + 10 });
  expect(await heads()).toEqual(led(6));
});

test('a store that never answers ends it with an error that says to do it again', async () => {
  const { faults, fence } = await setUp();
  faults.choose = (operation) => (operation === 'metadata.lead' ? 'lost' : undefined);
  await expect(fence()).rejects.toThrow(/do it again when the store answers/);
});
