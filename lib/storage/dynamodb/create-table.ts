import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { type AwsOptions, clientOptions } from '../aws/client-options.ts';

/** Two string keys, billed by the request, encrypted with a key of AWS's own: what a fresh cluster needs. */
export const TABLE_SCHEMA = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
} as const satisfies Omit<CreateTableCommandInput, 'TableName'>;

const WAIT_SECONDS_MAX = 120;

/** Makes the table and waits until it can be used. In the cloud a stack makes it; this is for tests and trials. */
export async function createTable(table: string, options: AwsOptions = {}): Promise<void> {
  const client = new DynamoDBClient(clientOptions(options));
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        KeySchema: [...TABLE_SCHEMA.KeySchema],
        AttributeDefinitions: [...TABLE_SCHEMA.AttributeDefinitions],
        BillingMode: TABLE_SCHEMA.BillingMode,
      }),
    );
    const waiting = { client, maxWaitTime: WAIT_SECONDS_MAX, minDelay: 1, maxDelay: 5 };
    await waitUntilTableExists(waiting, { TableName: table });
  } finally {
    client.destroy();
  }
}

/** Removes a table with all that is in it: for what made one by {@link createTable}. */
export async function deleteTable(table: string, options: AwsOptions = {}): Promise<void> {
  const client = new DynamoDBClient(clientOptions(options));
  try {
    await client.send(new DeleteTableCommand({ TableName: table }));
  } finally {
    client.destroy();
  }
}
