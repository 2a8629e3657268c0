import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Hears of each of a process's requests to its stores, and holds it up as long as it likes. */
export type GateKeeper = () => {
  /** It has left the process and not reached the store; whether it ever does. */
  beforeStore(): Promise<boolean>;
  /** The store has done it, and its answer has not reached the process. */
  afterStore(): Promise<void>;
};

/** The way of one process to its stores: an HTTP proxy of its own, on a free port of 127.0.0.1. */
export class StoreGate {
  readonly #target: URL;
  readonly #keeper: GateKeeper;
  readonly #server: Server;

  static async open(target: string, keeper: GateKeeper): Promise<StoreGate> {
    const gate = new StoreGate(new URL(target), keeper);
    gate.#server.listen(0, '127.0.0.1');
    await once(gate.#server, 'listening');
    return gate;
  }

  private constructor(target: URL, keeper: GateKeeper) {
    this.#target = target;
    this.#keeper = keeper;
    this.#server = createServer((incoming, answer) => void this.#serve(incoming, answer));
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(incoming).catch(() => undefined); // killed while it was sending
    if (body === undefined) return;
    const { beforeStore, afterStore } = this.#keeper();
    const response = (await beforeStore()) ? await this.#pass(incoming, body) : undefined;
    await afterStore();
    if (response === undefined) answer.destroy();
    else answer.writeHead(response.status, response.headers).end(response.body);
  }

  /** What the store answers; `undefined` when it breaks off. */
  async #pass({ method, url: path, headers }: IncomingMessage, body: Buffer) {
    const { hostname, port } = this.#target;
    const outgoing = request({ hostname, port, method, path, headers });
    try {
      outgoing.end(body);
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      return { status: response.statusCode ?? 500, headers: response.headers, body: await buffer(response) };
    } catch {
      return undefined;
    }
  }
}
