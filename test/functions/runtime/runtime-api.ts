import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

const VERSION = '/2018-06-01';

export interface Invocation {
  readonly requestId: string;
  /** JSON. */
  readonly event: string;
  /** When its time is over, in milliseconds since 1970. */
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
}

/** What a runtime makes of an invocation; both are JSON. */
export type RuntimeAnswer =
  | { readonly kind: 'response'; readonly body: string }
  | { readonly kind: 'error'; readonly body: string };

/**
 * The Lambda Runtime API (2018-06-01) of one execution environment: its runtime asks for the next invocation, and
 * posts what became of it.
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #initFailure = Promise.withResolvers<string>();
  #asking: ServerResponse | undefined;
  #current: { readonly invocation: Invocation; readonly answer: (what: RuntimeAnswer) => void } | undefined;
  #whenAsked = Promise.withResolvers<void>();

  static async open(): Promise<RuntimeApi> {
    const api = new RuntimeApi();
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    return api;
  }

  private constructor() {
    this.#server = createServer((incoming, answer) => void this.#serve(incoming, answer));
  }

  /** Host and port: `AWS_LAMBDA_RUNTIME_API`. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves when the runtime waits for an invocation, and has nothing else to do. */
  get whenAsked(): Promise<void> {
    return this.#whenAsked.promise;
  }

  /** Resolves with what the runtime says when the function does not even load. */
  get whenInitFailed(): Promise<string> {
    return this.#initFailure.promise;
  }

  /** Hands an invocation to the runtime, which waits for one. */
  invoke(invocation: Invocation): Promise<RuntimeAnswer> {
    const asking = this.#asking;
    if (asking === undefined) throw new Error('the runtime does not wait for an invocation');
    this.#asking = undefined;
    this.#whenAsked = Promise.withResolvers();
    const { promise, resolve } = Promise.withResolvers<RuntimeAnswer>();
    this.#current = { invocation, answer: resolve };
    asking.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
      'Lambda-Runtime-Deadline-Ms': String(invocation.deadlineMs),
      'Lambda-Runtime-Invoked-Function-Arn': invocation.functionArn,
      'Lambda-Runtime-Trace-Id': invocation.traceId,
    });
    asking.end(invocation.event);
    return promise;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = incoming.url ?? '';
    if (incoming.method === 'GET' && path === `${VERSION}/runtime/invocation/next`) {
      this.#asking = answer;
      this.#whenAsked.resolve();
      return;
    }
    const body = await text(incoming).catch(() => undefined); // killed while it was posting
    if (body === undefined) return;
    answer.writeHead(this.#take(path, body), { 'Content-Type': 'application/json' });
    answer.end('{"status":"OK"}');
  }

  /** The status that the runtime is answered with. */
  #take(path: string, body: string): number {
    if (path === `${VERSION}/runtime/init/error`) {
      this.#initFailure.resolve(body);
      return 202;
    }
    const current = this.#current;
    const posted = `${VERSION}/runtime/invocation/${current?.invocation.requestId}`;
    if (current === undefined || !path.startsWith(`${posted}/`)) return 400;
    this.#current = undefined;
    current.answer({ kind: path.endsWith('/error') ? 'error' : 'response', body });
    return 202;
  }
}
