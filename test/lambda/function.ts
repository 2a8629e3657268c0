import { expect, onTestFinished } from 'vitest';
import { allRoutes } from '../../lib/api/routes/all.ts';
import type { RouteSet } from '../../lib/api/routes/route-set.ts';
import { LAMBDA_RESPONSE_BYTES_MAX } from '../../lib/lambda/event-response.ts';
import { createHandler, type Handler } from '../../lib/lambda/handler.ts';
import { openEmbeddedStores, type Stores } from '../../lib/storage/embedded.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type EventParts, gatewayEvent, invocation } from './gateway-events.ts';

// Its numbers, which it writes to stdout, are not what these tests look at.
process.env.POWERTOOLS_METRICS_DISABLED = 'true';

export const READERS = 'User:arn:aws:iam::123456789012:role/readers';

/** Variables that every function has; stores come as an argument. */
export const variables = {
  RIVULET_TABLE: 'log',
  RIVULET_BUCKET: 'log',
  RIVULET_AUTH: 'iam',
  RIVULET_SUPER_USERS: READERS,
  RIVULET_LOG_LEVEL: 'silent',
};

export interface FunctionOptions {
  readonly routes?: RouteSet;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stores?: Stores;
}

/** What a client gets from the gateway. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** What Lambda got: bytes of JSON. */
  readonly serializedBytes: number;
  readonly json: () => unknown;
}

/** A function with all routes on stores of its own, and a way to call it as the gateway does. */
export async function openFunction(options: FunctionOptions = {}) {
  const stores = options.stores ?? (await embeddedStores());
  const handler = createHandler({
    routes: options.routes ?? allRoutes,
    environment: { ...variables, ...options.environment },
    stores,
  });
  return { handler, stores, send: (parts: EventParts) => send(handler, parts) };
}

export async function embeddedStores(): Promise<Stores> {
  const stores = await openEmbeddedStores(await tempFolder());
  onTestFinished(() => stores.close());
  return stores;
}

async function send(handler: Handler, parts: EventParts): Promise<Answer> {
  // As Lambda does it: what goes in and what comes out is JSON.
  const event = JSON.parse(JSON.stringify(gatewayEvent(parts)));
  const serialized = JSON.stringify(await handler(event, invocation()));
  const serializedBytes = Buffer.byteLength(serialized);
  expect(serializedBytes).toBeLessThanOrEqual(LAMBDA_RESPONSE_BYTES_MAX);
  const { statusCode, headers, body, isBase64Encoded } = JSON.parse(serialized);
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const json = () => JSON.parse(bytes.toString());
  return { status: statusCode, headers, body: bytes, serializedBytes, json };
}
