import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What becomes of requests that write; those that read pass. */
export type ProxyMode =
  | 'pass'
  /** The service says that it has too much to do, and does nothing. */
  | 'throttle'
  /** The service does it, and the connection breaks before the answer. */
  | 'cutAnswer';

/** An HTTP proxy before a service, which speaks its wire format where it answers itself. */
export class FaultyProxy {
  mode: ProxyMode = 'pass';
  readonly #server: Server;
  readonly #target: URL;
  #port = 0;

  static async open(target: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(new URL(target));
    await proxy.comeBack();
    return proxy;
  }

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((incoming, answer) => void this.#serve(incoming, answer));
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Nobody listens any more, until {@link comeBack}. */
  async goAway(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async comeBack(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async during<Result>(mode: ProxyMode, work: () => Promise<Result>): Promise<Result> {
    this.mode = mode;
    try {
      return await work();
    } finally {
      this.mode = 'pass';
    }
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const mode = isWrite(incoming) ? this.mode : 'pass';
    const body = await buffer(incoming);
    if (mode === 'throttle') return throttle(incoming, answer);
    const { hostname, port } = this.#target;
    const { method, url: path, headers } = incoming;
    const outgoing = request({ hostname, port, method, path, headers });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const answered = await buffer(response);
    if (mode === 'cutAnswer') {
      incoming.socket.destroy();
      return;
    }
    answer.writeHead(response.statusCode ?? 500, response.headers);
    answer.end(answered);
  }
}

const READS = /\.(?:GetItem|BatchGetItem|Query|DescribeTable)$/;

function isWrite({ method, headers }: IncomingMessage): boolean {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? !READS.test(target) : method !== 'GET';
}

function throttle({ headers }: IncomingMessage, answer: ServerResponse): void {
  if (headers['x-amz-target'] !== undefined) {
    answer.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.0' });
    answer.end('{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow down"}');
  } else {
    answer.writeHead(503, { 'Content-Type': 'application/xml' });
    answer.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
  }
}
