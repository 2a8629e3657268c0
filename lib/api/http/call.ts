import type { Api } from '../api.ts';
import type { HostBindings } from '../host.ts';
import { readBody } from './body.ts';
import { publicUrlOf } from './public-url.ts';

/** One request on its way through a route, and the means to answer it. */
export class Call<Params, Query> {
  readonly api: Api;
  readonly request: Request;
  /** Whose request it is, as Kafka writes it: `User:` and a name. */
  readonly principal: string;
  readonly params: Params;
  readonly query: Query;
  /** The media type that was negotiated for the answer. */
  readonly answerType: string;
  /** The media type of the body: one that the route consumes, or '' when it takes no body. */
  readonly bodyType: string;
  readonly #host: HostBindings;
  #publicUrl: string | undefined;
  bytesIn = 0;
  bytesOut = 0;

  constructor(
    api: Api,
    request: Request,
    host: HostBindings,
    parts: { principal: string; params: Params; query: Query; answerType: string; bodyType: string },
  ) {
    this.api = api;
    this.request = request;
    this.#host = host;
    this.principal = parts.principal;
    this.params = parts.params;
    this.query = parts.query;
    this.answerType = parts.answerType;
    this.bodyType = parts.bodyType;
  }

  /** Where this client reaches the API, without a slash at the end: every absolute link begins with it. */
  get publicUrl(): string {
    // A list asks for it once for each link.
    this.#publicUrl ??= publicUrlOf(this.request, this.api.broker.advertisedUrl);
    return this.#publicUrl;
  }

  /** For a request that lasts: asks anew whose it is, as what proves that may be taken away. @throws ApiError 401, 503. */
  async confirmSender(): Promise<void> {
    await this.api.authenticator?.authenticate(this.request, this.#host);
  }

  /**
   * The whole body, also of a GET, to be read once; empty when there is none.
   *
   * @throws ApiError 413 above `socket.request.max.bytes`; 400 when the client goes away before it is whole.
   */
  async body(): Promise<Buffer> {
    const body = await readBody(this.request, this.#host, this.api.broker.config['socket.request.max.bytes']);
    this.bytesIn += body.length;
    return body;
  }

  /** Text must be ASCII or encoded already when its length in bytes is given. */
  send(
    status: number,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Readonly<Record<string, string>> = {},
  ): Response {
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    this.bytesOut += length;
    return new Response(body, {
      status,
      headers: { 'Content-Type': this.answerType, 'Content-Length': String(length), ...headers },
    });
  }

  json(value: unknown, status = 200, headers?: Readonly<Record<string, string>>): Response {
    return this.send(status, JSON.stringify(value), headers);
  }

  empty(status: number): Response {
    return new Response(null, { status });
  }
}
