import { Client, type Dispatcher } from 'undici';

export interface Answer {
  readonly status: number;
  /** The connection's own memory: what stands here is gone with the connection's next request. */
  readonly body: Buffer;
}

const FIRST_BUFFER_BYTES = 64 * 1024;

/**
 * One connection that carries one request at a time. It speaks undici's lowest layer, `dispatch`, and reads
 * all answers into the same memory, because the generator shares the machine with what it measures.
 */
export class Connection {
  readonly #client: Client;
  #buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER_BYTES);
  #filled = 0;

  constructor(url: string) {
    this.#client = new Client(url, { pipelining: 1, bodyTimeout: 0, headersTimeout: 0 });
  }

  send(request: Dispatcher.DispatchOptions): Promise<Answer> {
    return new Promise((resolve, reject) => {
      let status = 0;
      this.#client.dispatch(request, {
        onRequestStart: () => {
          this.#filled = 0;
        },
        onResponseStart: (_controller, statusCode) => {
          status = statusCode;
        },
        onResponseData: (_controller, chunk) => this.#keep(chunk),
        onResponseEnd: () => resolve({ status, body: this.#buffer.subarray(0, this.#filled) }),
        onResponseError: (_controller, error) => reject(error),
      });
    });
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #keep(chunk: Buffer): void {
    const filled = this.#filled + chunk.length;
    if (filled > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(filled, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, this.#filled));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#filled);
    this.#filled = filled;
  }
}

/** Opens connections, gives them to `use`, and closes them whatever happens. */
export async function withConnections<Result>(
  url: string,
  count: number,
  use: (connections: readonly Connection[]) => Promise<Result>,
): Promise<Result> {
  const connections = Array.from({ length: count }, () => new Connection(url));
  try {
    return await use(connections);
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
  }
}
