import { expect, test } from 'vitest';
import { brokerConfigSchema } from '../../lib/cluster/broker-config.ts';
import { openCluster } from '../../lib/cluster/cluster.ts';
import { findClusterMeta } from '../../lib/cluster/cluster-meta.ts';
import { openDynamoDBMetadataStore } from '../../lib/storage/dynamodb/dynamodb-metadata-store.ts';
import { runRivulet } from '../support/broker-process.ts';
import { dynamodb, newTable } from './endpoints.ts';

test('rivulet restore fence raises every epoch of a table', async () => {
  const { table, remove } = await newTable();
  const store = openDynamoDBMetadataStore({ ...dynamodb, table });
  try {
    const config = brokerConfigSchema.parse({});
    const { topics } = await openCluster({ store, config, brokerId: 1, monotonicMs: () => 0 });
    const { id: topicId } = await topics.create({ name: 'orders', partitionCount: 3 });
    const partitions = [0, 1, 2].map((partition) => ({ topicId, partition }));

    const { endpoint, region } = dynamodb;
    const place = [...(endpoint ? ['--endpoint', endpoint] : []), ...(region ? ['--region', region] : [])];
    const command = ['restore', 'fence', '--table', table, ...place, '--epochs', '5', '--producer-ids', '10'];
    expect(await runRivulet(command)).toMatchObject({
      code: 0,
      stdout: 'raised 3 leader epochs of 1 topics by 5; producer ids go on from 10\n',
    });
    const heads = await store.getHeads(partitions);
    expect(heads.map((head) => ({ epoch: head?.epoch, leader: head?.leader }))).toEqual(
      partitions.map(() => ({ epoch: 5, leader: 1 })),
    );
    expect((await findClusterMeta(store)).nextProducerId).toBe(10);
  } finally {
    await store.close();
    await remove();
  }
});
