import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { clientOptions } from '../../lib/storage/aws/client-options.ts';
import { openDynamoDBMetadataStore } from '../../lib/storage/dynamodb/dynamodb-metadata-store.ts';
import { dynamodb, newTable } from './endpoints.ts';

test('an item that may vanish shows the time where Time to Live looks for it, and reads as it was written', async () => {
  const { table, remove } = await newTable();
  const client = new DynamoDBClient(clientOptions(dynamodb));
  const store = openDynamoDBMetadataStore({ ...dynamodb, table });
  try {
    const [stays, vanishes] = [
      { pk: 'K', sk: 'stays' },
      { pk: 'K', sk: 'vanishes' },
    ];
    const attributes = { id: 'x', ttl: 1_800_000_000 };
    await store.write([
      { kind: 'put', key: stays, attributes: { id: 'y' }, condition: 'none' },
      { kind: 'put', key: vanishes, attributes, condition: 'none' },
    ]);
    const stored = async ({ pk, sk }: typeof stays) => {
      const Key = { pk: { S: pk }, sk: { S: sk } };
      return (await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))).Item;
    };
    expect((await stored(vanishes))?.ttl).toEqual({ N: '1800000000' });
    expect((await stored(stays))?.ttl).toBeUndefined();
    expect((await store.get(vanishes))?.attributes).toEqual(attributes);
  } finally {
    await store.close();
    client.destroy();
    await remove();
  }
});
