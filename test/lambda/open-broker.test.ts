import { beforeEach, expect, test, vi } from 'vitest';
import { readEnvironment } from '../../lib/lambda/environment.ts';
import { openFunctionBroker, openFunctionStores } from '../../lib/lambda/open-broker.ts';
import { NotDoneError } from '../../lib/storage/errors.ts';
import { embeddedStores, READERS, variables } from './function.ts';

const environment = readEnvironment({ ...variables, RIVULET_TABLE: 'a-table', RIVULET_BUCKET: 'a-bucket' });

// Where nobody listens: what is sent is not done.
beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  return () => vi.unstubAllEnvs();
});

test('the stores are the table and the bucket of the environment', async () => {
  const stores = openFunctionStores(environment);
  await expect(stores.metadata.get({ pk: 'a', sk: 'b' })).rejects.toThrow(/a-table/);
  await expect(stores.objects.get('intake/a')).rejects.toThrow(/a-bucket/);
  await stores.close();
  await expect(stores.metadata.get({ pk: 'a', sk: 'b' })).rejects.toThrow(NotDoneError);
  await expect(stores.objects.get('intake/a')).rejects.toThrow(NotDoneError);
});

test('stores of which only the table was needed close, too', async () => {
  await openFunctionStores(environment).close();
});

test('a broker obeys the rules of its cluster, but for super users, without any HTTP', async () => {
  const broker = await openFunctionBroker({ environment, stores: await embeddedStores() });
  await broker.acls.create([
    {
      resourceType: 'TOPIC',
      resourceName: 't',
      patternType: 'LITERAL',
      principal: 'User:bob',
      host: '*',
      operation: 'READ',
      permission: 'ALLOW',
    },
  ]);
  const write = { operation: 'WRITE', resourceType: 'TOPIC', resourceName: 't' } as const;
  expect(await broker.authorizer?.authorize('User:bob', [write])).toEqual([false]);
  expect(await broker.authorizer?.authorize(READERS, [write])).toEqual([true]);
  await broker.idle();
});
