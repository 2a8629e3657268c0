import type { Context } from 'aws-lambda';
import { createApp } from '../api/app.ts';
import { badRequest } from '../api/errors/api-error.ts';
import { answerTo, errorResponse } from '../api/errors/error-response.ts';
import { JSON_TYPE } from '../api/http/media-types.ts';
import type { OpenBroker } from '../api/open-broker.ts';
import { createOpeningApp } from '../api/opening-app.ts';
import type { RouteSet } from '../api/routes/route-set.ts';
import { type Runtime, systemRuntime } from '../log/runtime.ts';
import { eventFunctionConfigs } from './broker-configs.ts';
import { readEnvironment, type Variables } from './environment.ts';
import { eventAuthenticator } from './event-authenticator.ts';
import { type HostedRequest, requestOf } from './event-request.ts';
import { type GatewayResult, LAMBDA_RESPONSE_BYTES_MAX, resultOf } from './event-response.ts';
import { checkEvent, type GatewayEvent } from './gateway-event.ts';
import { type FunctionStores, openFunctionBroker, openFunctionStores } from './open-broker.ts';
import { openTelemetry } from './telemetry/telemetry.ts';
import { within } from './within.ts';

export interface HandlerOptions {
  readonly routes: RouteSet;
  /** As in `process.env`; see {@link readEnvironment}. */
  readonly environment: Variables;
  /** Which function of the deployment this is, for its log. @default as Lambda names it */
  readonly name?: string | undefined;
  /** @default the table and the bucket of the environment */
  readonly stores?: FunctionStores | undefined;
  /** Time and chance. @default the system's */
  readonly runtime?: Runtime | undefined;
  /** Makes the OpenAPI document, for routes with its route. @default there is none */
  readonly openApi?: (() => Promise<string>) | undefined;
}

export type Handler = (event: GatewayEvent, invocation: Context) => Promise<GatewayResult>;

/** What is left of an invocation for the answer, when work that goes on behind it has taken all else. */
const ANSWER_MS = 500;

/** After a longer pause, connections are not what they were: services give up on idle ones, and the frozen do not hear it. */
const CONNECTIONS_IDLE_MS_MAX = 10_000;

/**
 * A handler of API Gateway's events that serves a set of routes. Clients, caches and the broker belong to the process:
 * what is made here is there for all its invocations, and the broker is opened by the first one that can.
 *
 * Between invocations the process is frozen, for any time, and thawed or not. So a handler returns only when nothing of
 * ours is in flight any more: a call that is thawed after an hour finds a connection that nobody answers, and a roll
 * that was begun keeps a head large.
 *
 * @throws EnvironmentError, which ends the start of the process.
 */
export function createHandler(options: HandlerOptions): Handler {
  const { routes, runtime, openApi } = options;
  const environment = readEnvironment(options.environment, eventFunctionConfigs);
  const { stores = openFunctionStores(environment) } = options;
  const telemetry = openTelemetry({
    name: environment.name,
    logLevel: environment.logLevel,
    function: options.name ?? options.environment.AWS_LAMBDA_FUNCTION_NAME ?? 'function',
    tracing: environment.tracing,
  });
  const { metrics, observeStore: observer, onError, onBug } = telemetry;
  const { groups, opening } = routes;
  const nowMs = (): number => (runtime ?? systemRuntime).nowMs();
  let broker: OpenBroker | undefined;
  let leftAtMs = nowMs();
  const app = createOpeningApp(
    async () => {
      broker = await openFunctionBroker({ environment, stores, opening, groups, runtime, observer, onError });
      const authenticator = await eventAuthenticator(environment, broker, runtime);
      return createApp(broker, routes, { authenticator, metrics, openApi, onBug });
    },
    { onBug, onUnavailable: onError },
  );
  const answer = async (event: GatewayEvent): Promise<GatewayResult> => {
    try {
      const { request, host } = readRequest(event);
      return await fittingResultOf(await app(request, host), onError);
    } catch (error) {
      return (await resultOf(errorResponse(answerTo(error, onBug), JSON_TYPE))).result;
    }
  };
  return async (event, invocation) => {
    // By the wall clock: a monotonic one may stand still with the process.
    if (Math.abs(nowMs() - leftAtMs) > CONNECTIONS_IDLE_MS_MAX) stores.closeIdleConnections?.();
    telemetry.invocation(invocation);
    checkEvent(event);
    const { method } = event.requestContext.http;
    const result = await telemetry.traced(method, () => answer(event));
    const isIdle = await within(invocation.getRemainingTimeInMillis() - ANSWER_MS, broker?.idle());
    if (!isIdle) onError(new Error('the invocation ended before the work that its request had left behind'));
    telemetry.flush();
    leftAtMs = nowMs();
    return result;
  };
}

/** @throws ApiError 400 for what the gateway lets through and the Fetch standard has no request for. */
function readRequest(event: GatewayEvent): HostedRequest {
  try {
    return requestOf(event);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw badRequest(`HTTP 400 Bad Request: this method, or a header, cannot be taken: ${error.message}`);
  }
}

/** The answer, or an error in its place when it is larger than Lambda takes. */
async function fittingResultOf(
  response: Response,
  onError: (error: unknown) => void,
): Promise<GatewayResult> {
  const { result, serializedBytes } = await resultOf(response);
  if (serializedBytes <= LAMBDA_RESPONSE_BYTES_MAX) return result;
  const message = `The answer has ${serializedBytes} bytes, above the ${LAMBDA_RESPONSE_BYTES_MAX} that a Lambda function can answer: ask for less at once, or ask a Web Function.`;
  onError(new Error(message));
  const error = errorResponse({ status: 500, errorCode: 500, message }, JSON_TYPE);
  return (await resultOf(error)).result;
}
