import type { ApiMetrics } from '../../api/ops/api-metrics.ts';
import type { StoreCall, StoreObserver } from '../../storage/observed.ts';
import { describeError } from './describe-error.ts';
import { EmfMetrics } from './emf-metrics.ts';
import type { LogLevel } from './log-level.ts';
import { type Invocation, type Logger, openLogger } from './logger.ts';
import { redact } from './redact.ts';
import type { Tracing } from './tracing.ts';

export interface TelemetryOptions {
  /** Of the deployment (RIVULET_NAME): `service` in every line and every metric. */
  readonly name: string;
  readonly logLevel: LogLevel;
  /** Which function of the deployment this is: `function` in every line. */
  readonly function: string;
  /** Whether requests come into the traces of their invocations. @default false */
  readonly tracing?: boolean | undefined;
}

/** What a function tells of itself: lines of JSON on stdout and stderr, which Lambda takes to CloudWatch. */
export interface Telemetry {
  /** For `createApp`. */
  readonly metrics: ApiMetrics;
  /** For `observeStores`. */
  readonly observeStore: StoreObserver;
  readonly logger: Logger;
  /** Hears of errors in the background, as `openBroker` takes it. */
  readonly onError: (error: unknown) => void;
  /** Hears of errors that nobody expected, as `createApp` takes it. */
  readonly onBug: (error: unknown) => void;
  /** Call it before anything else of an invocation. */
  invocation(invocation: Invocation): void;
  /** Does the work of an invocation's request; where functions are traced, in a subsegment of its own. */
  traced<Result extends { readonly statusCode: number }>(
    method: string,
    work: () => Promise<Result>,
  ): Promise<Result>;
  /** Writes the metrics that came since the last time; call it at the end of each invocation, or now and then. */
  flush(): void;
}

/** Lines about calls to stores that failed, between two flushes: while a store is away, each says the same. */
const STORE_FAILURES_MAX = 10;

export function openTelemetry(options: TelemetryOptions): Telemetry {
  const { name, logLevel } = options;
  const logger = openLogger({ service: name, level: logLevel, fields: { function: options.function } });
  const emf = new EmfMetrics(name);
  const onError = (error: unknown): void => logger.thrown('the log met an error in the background', error);
  let tracing: Tracing | undefined;
  // Its code is large: only who wants traces loads it, and does without when it cannot be loaded.
  const loading = options.tracing
    ? import('./tracing.ts')
        .then(({ Tracing: Loaded }) => {
          tracing = new Loaded({ service: name, function: options.function, describe, onError });
        })
        .catch(onError)
    : undefined;
  let storeFailures = 0;
  const logFailure = (call: StoreCall): void => {
    storeFailures += 1;
    if (storeFailures <= STORE_FAILURES_MAX) logStoreFailure(logger, call);
  };
  return {
    metrics: withRequestLog(emf, logger),
    observeStore: (call) => {
      emf.storeCall(call);
      if (call.outcome === 'notDone' || call.outcome === 'unknown') logFailure(call);
    },
    logger,
    onError,
    onBug(error) {
      logger.thrown('a bug: the request got 500', error);
      tracing?.bug(error);
    },
    invocation: (invocation) => logger.invocation(invocation),
    async traced(method, work) {
      await loading;
      return tracing === undefined ? work() : tracing.request(method, work);
    },
    flush() {
      const leftOut = storeFailures - STORE_FAILURES_MAX;
      storeFailures = 0;
      if (leftOut > 0) logger.warn('more calls to stores failed', { calls: leftOut });
      emf.flush();
    },
  };
}

/** What a trace may show of something that was thrown. */
function describe(thrown: unknown): { readonly name: string; readonly message: string } {
  if (!(thrown instanceof Error)) return { name: 'Error', message: `a ${typeof thrown} was thrown` };
  const { name, message } = describeError(thrown);
  return { name, message: redact(message) };
}

/** Whatever a route answers with 5xx is a line; everything else only for who looks for it. */
function withRequestLog(metrics: EmfMetrics, logger: Logger): ApiMetrics {
  return {
    route(method, route) {
      const observe = metrics.route(method, route);
      return (status, seconds, bytesIn, bytesOut) => {
        observe(status, seconds, bytesIn, bytesOut);
        const fields = { method, route, status, ms: Math.round(seconds * 1000), bytesIn, bytesOut };
        if (status >= 500) logger.warn('a request failed', fields);
        else logger.debug('a request', fields);
      };
    },
    bodies: (bytesIn, bytesOut) => metrics.bodies(bytesIn, bytesOut),
    records: (direction, count) => metrics.records(direction, count),
    groupLag: (records) => metrics.groupLag(records),
  };
}

/** What went wrong stands in the error's own message: it names the table or the bucket, and what to do. */
function logStoreFailure(logger: Logger, { store, operation, outcome, durationMs, error }: StoreCall): void {
  const why = error instanceof Error ? error.message : 'no reason was given';
  logger.warn(`a call to a store failed: ${why}`, { store, operation, outcome, ms: Math.round(durationMs) });
}
