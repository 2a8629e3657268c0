import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A request that a server has certainly accepted: it said "100 Continue", and waits for the rest. */
export class AcceptedRequest {
  readonly #request: ClientRequest;
  readonly #response: Promise<[IncomingMessage]>;

  private constructor(opened: ClientRequest, response: Promise<[IncomingMessage]>) {
    this.#request = opened;
    this.#response = response;
  }

  static async open(
    url: string,
    options: { method: 'GET' | 'POST'; headers?: Record<string, string> },
  ): Promise<AcceptedRequest> {
    const { method, headers } = options;
    // A connection of its own, so that what happens to it happens to this request.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const opened = request(url, { method, agent, headers: { ...headers, Expect: '100-continue' } });
    const response = once(opened, 'response') as Promise<[IncomingMessage]>;
    // Whoever finishes the request hears of it.
    response.catch(() => undefined);
    opened.flushHeaders();
    await once(opened, 'continue');
    return new AcceptedRequest(opened, response);
  }

  /** Sends the rest and waits for the answer. */
  async finish(body = ''): Promise<Answer> {
    this.#request.end(body);
    const [response] = await this.#response;
    const chunks = await Array.fromAsync(response as AsyncIterable<Buffer>);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: Buffer.concat(chunks).toString(),
    };
  }

  destroy(): void {
    this.#request.destroy();
  }
}
