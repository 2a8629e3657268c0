import { afterAll, beforeAll } from 'vitest';
import {
  type DynamoDBMetadataStore,
  openDynamoDBMetadataStore,
} from '../../lib/storage/dynamodb/dynamodb-metadata-store.ts';
import { describeMetadataStore } from '../storage/metadata-store-contract.ts';
import { dynamodb, newTable, type TestTable } from './endpoints.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { hastyClock } from './hasty-clock.ts';

let made: TestTable;
/** Only an emulator can be reached through one: AWS itself answers to its own name. */
let proxy: FaultyProxy | undefined;

beforeAll(async () => {
  made = await newTable();
  if (dynamodb.endpoint !== undefined) proxy = await FaultyProxy.open(dynamodb.endpoint);
});

afterAll(async () => {
  proxy?.close();
  await made.remove();
});

describeMetadataStore('DynamoDB metadata', async () => {
  await made.empty();
  const open: DynamoDBMetadataStore[] = [];
  const openAnother = async () => {
    const endpoint = proxy && { endpoint: proxy.endpoint, clock: hastyClock() };
    const store = openDynamoDBMetadataStore({ ...dynamodb, ...endpoint, table: made.table });
    open.push(store);
    return store;
  };
  const through = proxy;
  return {
    store: await openAnother(),
    openAnother,
    ...(through && {
      faults: {
        notDone: (work) => through.during('throttle', work),
        unknown: (work) => through.during('cutAnswer', work),
      },
    }),
    async close() {
      for (const store of open) await store.close();
    },
  };
});
