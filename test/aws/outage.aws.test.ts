import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../lib/api/app.ts';
import { loadGroups } from '../../lib/api/load-groups.ts';
import { openBroker } from '../../lib/api/open-broker.ts';
import { createOpeningApp } from '../../lib/api/opening-app.ts';
import { allRoutes } from '../../lib/api/routes/all.ts';
import { brokerConfigSchema } from '../../lib/cluster/broker-config.ts';
import { type AwsStores, openAwsStores } from '../../lib/storage/aws/aws-stores.ts';
import { clusterMetaKey } from '../../lib/storage/keys.ts';
import { JSON_V2 } from '../support/http.ts';
import { dynamodb, newBucket, newTable, s3, type TestBucket, type TestTable } from './endpoints.ts';
import { FaultyProxy } from './faulty-proxy.ts';

const BROKER_ID = 1;

/** A broker on these stores, opened by its first request. */
function openApp(stores: AwsStores) {
  const bugs: unknown[] = [];
  const onBug = (error: unknown) => bugs.push(error);
  const open = async () => {
    await stores.check();
    const config = brokerConfigSchema.parse({});
    const broker = await openBroker({ stores, brokerId: BROKER_ID, config, groups: loadGroups });
    return createApp(broker, allRoutes, { onBug });
  };
  const app = createOpeningApp(open, { onBug });
  const send = (path: string, init?: RequestInit) => app(new Request(`http://broker.test${path}`, init));
  const produce = (bytes = 1) =>
    send('/topics/t', {
      method: 'POST',
      headers: { 'Content-Type': JSON_V2 },
      body: JSON.stringify({ records: [{ value: 'x'.repeat(bytes) }] }),
    });
  return { send, produce, bugs };
}

async function shown(response: Response) {
  const { error_code, message } = (await response.json()) as { error_code?: number; message?: string };
  return { status: response.status, retryAfter: response.headers.get('retry-after'), error_code, message };
}

const unavailable = (says: RegExp) => ({
  status: 503,
  retryAfter: '1',
  error_code: 50303,
  message: expect.stringMatching(says),
});

describe.skipIf(s3?.endpoint === undefined)('stores that are away', () => {
  let table: TestTable;
  let bucket: TestBucket;
  let proxy: FaultyProxy;

  beforeAll(async () => {
    table = await newTable();
    bucket = await newBucket(s3 ?? {});
    proxy = await FaultyProxy.open(s3?.endpoint ?? '');
  });

  afterAll(async () => {
    proxy.close();
    await table.remove();
    await bucket.remove();
  });

  const stores = (names: { table?: string; bucket?: string } = {}) =>
    openAwsStores({
      ...dynamodb,
      endpoint: proxy.endpoint,
      deadlineMs: 2000,
      table: names.table ?? table.table,
      bucket: names.bucket ?? bucket.bucket,
    });

  test('make requests 503 at the start and later, and none of them for longer than they are away', async () => {
    const opened = stores();
    const { produce, send, bugs } = openApp(opened);
    await proxy.goAway();
    expect(await shown(await produce())).toEqual(unavailable(/DynamoDB table ".*" .* cannot be reached/));
    await proxy.comeBack();
    expect((await produce()).status).toBe(200);
    expect((await produce(10_000)).status).toBe(200);
    const read = '/topics/t/partitions/0/records?offset=0&timeout=0';
    await proxy.goAway();
    expect(await shown(await produce())).toEqual(unavailable(/cannot be reached/));
    expect(await shown(await produce(10_000))).toEqual(unavailable(/cannot be reached/));
    expect(await shown(await send(read))).toEqual(unavailable(/DynamoDB table/));
    await proxy.comeBack();
    expect((await produce()).status).toBe(200);
    expect((await send(read)).status).toBe(200);
    expect(bugs).toEqual([]);
    await opened.close();
  });

  test('that do not exist are named, with what to do', async () => {
    for (const [names, says] of [
      [{ table: 'no-such-table' }, /DynamoDB table "no-such-table" .* does not exist: create it/],
      [{ bucket: 'no-such-bucket' }, /S3 bucket "no-such-bucket" .* does not exist: create it/],
    ] as const) {
      const opened = stores(names);
      const { produce } = openApp(opened);
      expect(await shown(await produce())).toEqual(unavailable(says));
      await opened.close();
    }
  });

  test('of another format version are not touched, and the answer says which release reads them', async () => {
    for (const [formatVersion, says] of [
      [2, /format version 2.*start it with a newer release/],
      [0, /format version 0.*the release that wrote it/],
    ] as const) {
      await table.empty();
      const opened = stores();
      const attributes = { clusterId: 'RgQmkVqvTvqGTMokaPbA6A', formatVersion, nextProducerId: 0 };
      await opened.metadata.write([{ kind: 'put', key: clusterMetaKey, attributes, condition: 'none' }]);
      expect(await shown(await openApp(opened).produce())).toEqual(unavailable(says));
      await opened.close();
    }
    await table.empty();
  });
});
