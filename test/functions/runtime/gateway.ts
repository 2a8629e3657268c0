import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { FunctionName } from '../../../lib/cdk/gateway-routes.ts';
import { gatewayEvent } from './gateway-event.ts';
import type { CallOutcome, LambdaFunction } from './lambda-function.ts';
import { routeOf } from './route-table.ts';

export interface GatewayOptions {
  readonly functions: Readonly<Record<FunctionName, Pick<LambdaFunction, 'invoke'>>>;
  /** Whose signature every request has. @default nobody's */
  readonly callerArn?: string;
  /** How long a client waits for a function; that goes on all the same. @default 30,000 */
  readonly timeoutMs?: () => number;
}

/** Of an HTTP API. */
const TIMEOUT_MS = 30_000;
/** What Lambda takes in a call that waits for the answer, and gives back. */
const PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;

/** An HTTP API of API Gateway before the functions, on a free port of 127.0.0.1. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #server: Server;

  static async open(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    gateway.#server.listen(0, '127.0.0.1');
    await once(gateway.#server, 'listening');
    return gateway;
  }

  private constructor(options: GatewayOptions) {
    this.#options = options;
    this.#server = createServer((incoming, answer) => void this.#serve(incoming, answer));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { functions, callerArn, timeoutMs = () => TIMEOUT_MS } = this.#options;
    const body = await buffer(incoming).catch(() => undefined); // the client has gone
    if (body === undefined) return;
    const path = new URL(incoming.url ?? '/', 'http://gateway').pathname;
    const { function: name, routeKey, pathParameters } = routeOf(incoming.method ?? 'GET', path);
    const nowMs = Date.now();
    const event = JSON.stringify(
      gatewayEvent(incoming, body, { routeKey, pathParameters, callerArn, nowMs }),
    );
    if (Buffer.byteLength(event) > PAYLOAD_BYTES_MAX) return refuse(answer, 413, 'Request Entity Too Large');
    const timeOut = Promise.withResolvers<'timed out'>();
    const timer = setTimeout(() => timeOut.resolve('timed out'), timeoutMs());
    try {
      const outcome = await Promise.race([functions[name].invoke(event), timeOut.promise]);
      if (outcome === 'timed out') refuse(answer, 503, 'Service Unavailable');
      else give(outcome, answer);
    } catch (error) {
      refuse(answer, 500, `Internal Server Error: ${String(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What a function answers, as its client gets it. */
function give(outcome: CallOutcome, answer: ServerResponse): void {
  if (outcome.kind === 'throttled') {
    refuse(answer, 503, 'Service Unavailable');
    return;
  }
  if (outcome.kind !== 'response' || Buffer.byteLength(outcome.body) > PAYLOAD_BYTES_MAX) {
    refuse(answer, 500, 'Internal Server Error');
    return;
  }
  const result = JSON.parse(outcome.body) as APIGatewayProxyStructuredResultV2;
  const { statusCode = 200, headers = {}, cookies = [], body = '', isBase64Encoded = false } = result;
  answer.statusCode = statusCode;
  for (const [name, value] of Object.entries(headers)) answer.setHeader(name, String(value));
  if (cookies.length > 0) answer.setHeader('set-cookie', cookies);
  answer.end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
}

/** The gateway's own words: a client cannot tell what became of its request. */
function refuse(answer: ServerResponse, status: number, message: string): void {
  answer.writeHead(status, { 'Content-Type': 'application/json' });
  answer.end(JSON.stringify({ message }));
}
