/**
 * A function's process: a broker on a folder that tells of itself through the telemetry, each request an invocation.
 * Arguments: folder, log level, and faults of the stores such as `metadata.append=answerLost`.
 */
import { createApp } from '../../../lib/api/app.ts';
import { loadGroups } from '../../../lib/api/load-groups.ts';
import { startServer } from '../../../lib/api/node/server.ts';
import { openBroker } from '../../../lib/api/open-broker.ts';
import { allRoutes } from '../../../lib/api/routes/all.ts';
import { brokerConfigSchema } from '../../../lib/cluster/broker-config.ts';
import { LOG_LEVELS, type LogLevel } from '../../../lib/lambda/telemetry/log-level.ts';
import { openTelemetry } from '../../../lib/lambda/telemetry/telemetry.ts';
import { openEmbeddedStores } from '../../../lib/storage/embedded.ts';
import { RefusedError } from '../../../lib/storage/errors.ts';
import { observeStores } from '../../../lib/storage/observed.ts';
import { type Fault, Faults, faultyStores, type Operation } from '../../support/faulty-stores.ts';

const [folder = '', level, ...orders] = process.argv.slice(2);
const logLevel: LogLevel = LOG_LEVELS.find((name) => name === level) ?? 'info';

const telemetry = openTelemetry({ name: 'quakes', logLevel, function: 'serve' });
const faults = new Faults();
const stores = observeStores(faultyStores(await openEmbeddedStores(folder), faults), telemetry.observeStore);
const { onError, onBug, metrics } = telemetry;
const config = brokerConfigSchema.parse({});
const broker = await openBroker({ stores, brokerId: 1, config, groups: loadGroups, onError });
// What opening the stores took is not what the tests look at.
telemetry.flush();
for (const order of orders) {
  const [operation, fault] = order.split('=');
  faults.order(operation as Operation, fault as Fault);
}

const app = createApp(broker, allRoutes, { metrics, onBug });
let invocations = 0;

async function invoke(request: Request): Promise<Response> {
  invocations += 1;
  telemetry.invocation({
    awsRequestId: `request-${invocations}`,
    functionName: 'quakes-serve',
    functionVersion: '1',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:quakes-serve',
    memoryLimitInMB: '512',
  });
  const { pathname } = new URL(request.url);
  if (pathname === '/bug') onBug(bugThatCarries(await request.text()));
  const response = await app.fetch(request);
  const body = await response.arrayBuffer();
  await broker.idle();
  telemetry.flush();
  const { status, headers } = response;
  return new Response(status === 204 ? null : body, { status, headers });
}

/** As a store's errors carry what stood in the store, and JSON.parse quotes what it read. */
function bugThatCarries(secret: string): Error {
  const cause = new RefusedError('a condition did not hold', { data: Buffer.from(secret), a: secret });
  const quoted = (() => {
    try {
      return JSON.parse(secret);
    } catch (error) {
      return error;
    }
  })();
  cause.cause = quoted;
  return new Error(`Authorization: ${secret}\nx-amz-security-token:${secret}`, { cause });
}

const server = await startServer({ host: '127.0.0.1', port: 0, fetch: invoke });
process.once('SIGTERM', async () => {
  await server.drain(5_000);
  telemetry.flush();
  await broker.close();
  await stores.close();
});
process.stdout.write(`listening on ${server.url}\n`);
