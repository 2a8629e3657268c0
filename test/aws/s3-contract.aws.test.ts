import { afterAll, beforeAll, describe } from 'vitest';
import { openS3ObjectStore, type S3ObjectStore } from '../../lib/storage/s3/s3-object-store.ts';
import { describeObjectStore } from '../storage/object-store-contract.ts';
import { newBucket, s3, type TestBucket } from './endpoints.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { hastyClock } from './hasty-clock.ts';

describe.skipIf(s3 === undefined)('with a bucket', () => {
  const options = s3 ?? {};
  let made: TestBucket;
  let proxy: FaultyProxy | undefined;

  beforeAll(async () => {
    made = await newBucket(options);
    if (options.endpoint !== undefined) proxy = await FaultyProxy.open(options.endpoint);
  });

  afterAll(async () => {
    proxy?.close();
    await made.remove();
  });

  describeObjectStore('S3 objects', async () => {
    await made.empty();
    const open: S3ObjectStore[] = [];
    const openAnother = async () => {
      const endpoint = proxy && { endpoint: proxy.endpoint, clock: hastyClock() };
      const store = openS3ObjectStore({ ...options, ...endpoint, bucket: made.bucket });
      open.push(store);
      return store;
    };
    const through = proxy;
    const store = await openAnother();
    return {
      store,
      openAnother,
      ...(through && {
        faults: {
          notDone: (work) => through.during('throttle', work),
          unknown: (_key, work) => through.during('cutAnswer', work),
        },
      }),
      async close() {
        for (const each of open) await each.close();
      },
    };
  });
});
