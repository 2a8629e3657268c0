import { randomUUID } from 'node:crypto';
import { BatchWriteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type AwsOptions, clientOptions } from '../../lib/storage/aws/client-options.ts';
import { createTable, deleteTable } from '../../lib/storage/dynamodb/create-table.ts';
import { openS3ObjectStore } from '../../lib/storage/s3/s3-object-store.ts';

/** An emulator on a busy machine is slow, and these suites are not about that. */
const PATIENT = { connectMs: 20_000, attemptMs: 20_000, deadlineMs: 60_000 };

/** Where these suites run: set by `scripts/test-aws.ts`. Without an endpoint it is a real account. */
export const dynamodb: AwsOptions = target(process.env.RIVULET_TEST_DYNAMODB_ENDPOINT);

/** `undefined` where only DynamoDB is there. */
export const s3: AwsOptions | undefined =
  process.env.RIVULET_TEST_S3 === 'none' ? undefined : target(process.env.RIVULET_TEST_S3_ENDPOINT);

function target(endpoint: string | undefined): AwsOptions {
  const region = process.env.AWS_REGION;
  return {
    ...PATIENT,
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
  };
}

const newName = (): string => `rivulet-test-${randomUUID()}`;

export interface TestTable {
  readonly table: string;
  empty(): Promise<void>;
  remove(): Promise<void>;
}

/** A table of its own. */
export async function newTable(): Promise<TestTable> {
  const table = newName();
  await createTable(table, dynamodb);
  const client = new DynamoDBClient(clientOptions(dynamodb));
  return {
    table,
    empty: () => emptyTable(client, table),
    async remove() {
      client.destroy();
      await deleteTable(table, dynamodb);
    },
  };
}

/** Of one BatchWriteItem. */
const WRITES_MAX = 25;

async function emptyTable(client: DynamoDBClient, table: string): Promise<void> {
  for (;;) {
    const scan = new ScanCommand({
      TableName: table,
      ProjectionExpression: 'pk, sk',
      ConsistentRead: true,
      Limit: 1000,
    });
    const { Items: keys = [], LastEvaluatedKey } = await client.send(scan);
    for (let at = 0; at < keys.length; at += WRITES_MAX) {
      const deletes = keys.slice(at, at + WRITES_MAX).map((Key) => ({ DeleteRequest: { Key } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: deletes } }));
    }
    // What was left unprocessed is found by another look.
    if (keys.length === 0 && LastEvaluatedKey === undefined) return;
  }
}

export interface TestBucket {
  readonly bucket: string;
  empty(): Promise<void>;
  remove(): Promise<void>;
}

/** A bucket of its own. */
export async function newBucket(options: AwsOptions): Promise<TestBucket> {
  const bucket = newName();
  const client = new S3Client({ ...clientOptions(options), forcePathStyle: options.endpoint !== undefined });
  await client.send(new CreateBucketCommand({ Bucket: bucket, ...locationOf(options) }));
  const store = openS3ObjectStore({ ...options, bucket });
  const empty = async (): Promise<void> => {
    for (;;) {
      const found = await store.list('', { limit: 1000 });
      if (found.length === 0) return;
      await store.delete(found.map(({ key }) => key));
    }
  };
  return {
    bucket,
    empty,
    async remove() {
      await empty();
      await store.close();
      await client.send(new DeleteBucketCommand({ Bucket: bucket }));
      client.destroy();
    },
  };
}

/** S3 takes no location where it is the region that buckets lie in anyway. */
function locationOf({ region }: AwsOptions) {
  if (region === undefined || region === 'us-east-1') return {};
  return { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
}
