import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openDynamoDBMetadataStore } from '../../lib/storage/dynamodb/dynamodb-metadata-store.ts';
import { openFileObjectStore } from '../../lib/storage/files/file-object-store.ts';
import { openS3ObjectStore } from '../../lib/storage/s3/s3-object-store.ts';
import { useHome } from '../log/test-logs.ts';
import { MEMORY } from '../storage/temporary-folder.ts';
import { dynamodb, newBucket, newTable, s3, type TestBucket, type TestTable } from './endpoints.ts';

/** One table and one bucket a file, made when they are first asked for: tests name topics that are their own. */
let table: Promise<TestTable> | undefined;
let bucket: Promise<TestBucket> | undefined;

afterAll(async () => {
  await (await table)?.remove();
  await (await bucket)?.remove();
});

useHome(async ({ metadata: { inlineBytesMax } = {} } = {}) => {
  table ??= newTable();
  const metadata = openDynamoDBMetadataStore({
    ...dynamodb,
    table: (await table).table,
    // An item of DynamoDB holds less than one of SQLite.
    ...(inlineBytesMax !== undefined && { inlineBytesMax: Math.min(inlineBytesMax, 100_000) }),
  });
  const { objects, remove } = await openObjects();
  return {
    metadata,
    objects,
    folder: '',
    async close() {
      await objects.close();
      await metadata.close();
      await remove();
    },
  };
});

/** Where there is only DynamoDB, objects are files. */
async function openObjects() {
  if (s3 !== undefined) {
    bucket ??= newBucket(s3);
    const objects = openS3ObjectStore({ ...s3, bucket: (await bucket).bucket });
    return { objects, remove: async () => undefined };
  }
  const folder = await mkdtemp(join(MEMORY, 'rivulet-log-'));
  return { objects: await openFileObjectStore(folder), remove: () => rm(folder, { recursive: true }) };
}
