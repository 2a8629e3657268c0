import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleFunction, type FunctionBundle } from '../../bench/function-bundle.ts';
import { tempFolder } from '../support/temp-folder.ts';

const bundle = async (name: string): Promise<FunctionBundle> =>
  bundleFunction(name, join(await tempFolder(), name));

/** What no function that only appends or reads has a use for. */
const FOREIGN =
  /^lib\/(?:cli|cdk)\/|^lib\/group\/(?!instances\/instance-error\.ts)|^lib\/api\/(?:groups|ops|node|v2\/consumers)\/|openapi\.ts$|node_modules\/(?:jose|prom-client|pino|commander|@hono\/node-server)\//;

test('a cold start of produce reads little, and nothing of what others do', async () => {
  const { startBytes, sources } = await bundle('produce');
  expect(startBytes).toBeLessThan(600 * 1024);
  expect(sources).toContain('lib/log/append/flush.ts');
  expect(sources.filter((source) => FOREIGN.test(source))).toEqual([]);
});

test('of another function it has no routes', async () => {
  const { sources } = await bundle('fetch');
  expect(sources).toContain('lib/api/fetch/fetch-records.ts');
  expect(sources.filter((source) => FOREIGN.test(source))).toEqual([]);
  expect(sources).not.toContain('lib/api/v2/produce.ts');
});
