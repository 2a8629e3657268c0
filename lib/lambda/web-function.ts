import { once } from 'node:events';
import { createApp } from '../api/app.ts';
import type { HostBindings } from '../api/host.ts';
import { startServer } from '../api/node/server.ts';
import type { OpenBroker } from '../api/open-broker.ts';
import { createOpeningApp } from '../api/opening-app.ts';
import type { RouteSet } from '../api/routes/route-set.ts';
import type { Runtime } from '../log/runtime.ts';
import type { Stores } from '../storage/embedded.ts';
import { webFunctionConfigs } from './broker-configs.ts';
import { readEnvironment, type Variables } from './environment.ts';
import { readHttpEndpoint } from './http-endpoint.ts';
import { openFunctionBroker, openFunctionStores } from './open-broker.ts';
import { flushEvery } from './telemetry/flush-every.ts';
import { openTelemetry } from './telemetry/telemetry.ts';
import { webAuthenticator } from './web-authenticator.ts';
import { within } from './within.ts';

export interface WebFunctionOptions {
  readonly routes: RouteSet;
  /** As in `process.env`; see {@link readEnvironment} and {@link readHttpEndpoint}. */
  readonly environment: Variables;
  /** @default the table and the bucket of the environment */
  readonly stores?: Stores | undefined;
  /** Time and chance. @default the system's */
  readonly runtime?: Runtime | undefined;
  /** Makes the OpenAPI document, for routes with its route. @default there is none */
  readonly openApi?: (() => Promise<string>) | undefined;
}

/** Lambda ends the process a second after it has asked; what is left is for the work behind the answers. */
const DRAIN_MS = 600;
const CLOSE_MS = 250;

/** An execution environment has 1,024 file descriptors; both stores' sockets, and some files, take some too. */
const CONNECTIONS_MAX = 768;

/**
 * Serves the API as a Lambda Web Function, until it is asked to stop: an HTTP server with up to 128 requests at once.
 *
 * An answer does not wait for the work that goes on behind it, as a function behind API Gateway does. Here the process
 * runs on between requests, so that work ends by itself; with many requests at once there might never be a moment
 * without any; and should the process end or sleep in the middle of it nevertheless, that is what the log is built for:
 * an append is sequenced under conditions that no longer hold later, and a roll is finished by whoever comes next.
 *
 * @throws EnvironmentError, ListenError.
 */
export async function serveWebFunction(options: WebFunctionOptions): Promise<void> {
  const { routes, runtime, openApi } = options;
  // From the very beginning: it may be asked to stop in the moment in which it listens.
  const stop = once(process, 'SIGTERM');
  const environment = readEnvironment(options.environment, webFunctionConfigs);
  const endpoint = readHttpEndpoint(options.environment);
  const { stores = openFunctionStores(environment) } = options;
  const { name, logLevel } = environment;
  const telemetry = openTelemetry({ name, logLevel, function: 'serve' });
  const { metrics, observeStore: observer, onError, onBug, logger } = telemetry;
  const authenticatorOf = webAuthenticator({ environment, runtime, onError });
  const { groups } = routes;
  let broker: OpenBroker | undefined;
  const app = createOpeningApp(
    async () => {
      broker = await openFunctionBroker({ environment, stores, groups, runtime, observer, onError });
      return createApp(broker, routes, {
        authenticator: authenticatorOf(broker),
        metrics,
        openApi,
        onBug,
      });
    },
    { onBug, onUnavailable: onError },
  );
  const fetch = (request: Request, host: HostBindings) => app(overHttps(request), host);
  const server = await startServer({ ...endpoint, connectionsMax: CONNECTIONS_MAX, fetch });
  const endFlushes = flushEvery(telemetry);
  logger.info('listening', { url: server.url });
  await stop;
  broker?.endWaits();
  const isDrained = await server.drain(DRAIN_MS);
  const isClosed = await within(CLOSE_MS, broker?.close());
  if (!isDrained || !isClosed) logger.warn('stopped before all was done', { isDrained, isClosed });
  endFlushes();
  // Requests that were cut off may wait for the stores yet.
  process.exit(0);
}

/** An endpoint is reached by HTTPS only, and passes requests on as HTTP. */
function overHttps(request: Request): Request {
  if (!request.headers.has('x-forwarded-proto')) request.headers.set('x-forwarded-proto', 'https');
  return request;
}
