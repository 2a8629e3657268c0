import { expect, onTestFinished, test } from 'vitest';
import { allRoutes } from '../../../lib/api/routes/all.ts';
import { createHandler } from '../../../lib/lambda/handler.ts';
import { BINARY_V2 } from '../../support/http.ts';
import { base64 } from '../../support/requests.ts';
import { embeddedStores, variables } from '../function.ts';
import { gatewayEvent, invocation } from '../gateway-events.ts';
import { captureLines } from './function-lines.ts';

/** A handler of events, and the lines that each of its invocations writes before it returns. */
async function openObserved() {
  // Other tests of handlers do not want them.
  process.env.POWERTOOLS_METRICS_DISABLED = 'false';
  onTestFinished(() => {
    process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  });
  const environment = { ...variables, RIVULET_LOG_LEVEL: 'debug', RIVULET_NAME: 'quakes' };
  const stores = await embeddedStores();
  const handler = createHandler({ name: 'produce', routes: allRoutes, environment, stores });
  return async (parts: Parameters<typeof gatewayEvent>[0]) => {
    const capture = captureLines();
    try {
      await handler(gatewayEvent(parts), invocation());
    } finally {
      capture.end();
    }
    return capture.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };
}

test('what an invocation did is written before it returns, and the next one begins at nothing', async () => {
  const invoke = await openObserved();
  const body = JSON.stringify({ records: [{ value: base64('a') }, { value: base64('b') }] });
  const produce = { method: 'POST', path: '/topics/quakes', headers: { 'content-type': BINARY_V2 }, body };
  for (const _ of [1, 2]) {
    const lines = await invoke(produce);
    expect(lines.filter((line) => '_aws' in line)).toMatchObject([
      { service: 'quakes', RecordsIn: 2, BytesIn: body.length, ProduceLatency: expect.any(Number) },
    ]);
    expect(lines.filter(({ message }) => message === 'a request')).toMatchObject([
      { function: 'produce', function_request_id: invocation().awsRequestId, status: 200 },
    ]);
  }
});

test('a request that is turned away before a route writes no metrics', async () => {
  const invoke = await openObserved();
  const lines = await invoke({ path: '/nothing/of/ours' });
  expect(lines.filter((line) => '_aws' in line)).toEqual([]);
});
