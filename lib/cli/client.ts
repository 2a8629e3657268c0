import { AnsweredError, answeredError } from './answered-error.ts';
import { CliError } from './cli-error.ts';
import { type Credentials, noCredentials } from './credentials.ts';

/** No answer came, so nobody here knows whether the request was done. */
export class UnansweredError extends CliError {}

export interface ClientRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Sent as JSON, or, when it is bytes, as it is. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** An answer that takes longer counts as none. @default no bound */
  readonly timeoutMs?: number;
}

/** A broker's HTTP API, as far as the command line needs it. */
export class Client {
  readonly #url: string;
  readonly #credentials: Credentials;

  /** @throws CliError when that is no URL. */
  constructor(url: string, credentials: Credentials = noCredentials) {
    const parsed = URL.parse(url);
    if (parsed?.username || parsed?.password) {
      throw new CliError('--url holds a user or a password: set RIVULET_API_KEY=key:secret instead');
    }
    if (!/^https?:$/.test(parsed?.protocol ?? '')) {
      throw new CliError(`${url} is no URL of a broker: it looks like http://127.0.0.1:8082`);
    }
    this.#url = url.replace(/\/+$/, '');
    this.#credentials = credentials;
  }

  /** @throws AnsweredError, UnansweredError; when the signal aborted, its reason; CliError without credentials of AWS. */
  async send(path: string, request: ClientRequest = {}): Promise<Response> {
    const { method = 'GET', signal, accept = 'application/json' } = request;
    const { body, contentType } = contentOf(request);
    const url = this.#url + path;
    const proof = await this.#credentials.headersFor({ method, url: new URL(url), contentType, body });
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        headers: {
          Accept: accept,
          ...(contentType !== undefined && { 'Content-Type': contentType }),
          ...proof,
        },
        body: body as string | Uint8Array<ArrayBuffer> | null,
        signal: signalOf(request),
        // Where a redirect leads is not where the user said that credentials may go.
        redirect: this.#credentials.what === undefined ? 'follow' : 'manual',
      });
      if (response.ok) return response;
      throw await answeredError(response, this.#credentials);
    } catch (error) {
      if (error instanceof AnsweredError || signal?.aborted) throw error;
      throw this.#unanswered(error);
    }
  }

  /** The answer as JSON. Its shape is the API's word. */
  async json<Answer>(path: string, request?: ClientRequest): Promise<Answer> {
    const response = await this.send(path, request);
    try {
      return (await response.json()) as Answer;
    } catch (error) {
      if (request?.signal?.aborted) throw error;
      throw this.#unanswered(error);
    }
  }

  /** The answer's headers and bytes. */
  async bytes(path: string, request?: ClientRequest): Promise<{ headers: Headers; bytes: Uint8Array }> {
    const response = await this.send(path, request);
    try {
      return { headers: response.headers, bytes: await response.bytes() };
    } catch (error) {
      if (request?.signal?.aborted) throw error;
      throw this.#unanswered(error);
    }
  }

  #unanswered(cause: unknown): UnansweredError {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    const isTimeout = reason instanceof DOMException && reason.name === 'TimeoutError';
    const code = reason instanceof Error && 'code' in reason ? String(reason.code) : String(reason);
    return new UnansweredError(
      `no broker answers at ${this.#url} (${isTimeout ? 'timeout' : code}): start one with "rivulet start", or name another with --url`,
      { cause },
    );
  }
}

function contentOf({ body, contentType = 'application/json' }: ClientRequest) {
  if (body === undefined) return { body: null, contentType: undefined };
  return { body: body instanceof Uint8Array ? body : JSON.stringify(body), contentType };
}

function signalOf({ signal, timeoutMs }: ClientRequest): AbortSignal | null {
  if (timeoutMs === undefined) return signal ?? null;
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

/** A path segment from a name that may hold anything. */
export const segment = (name: string | number): string => encodeURIComponent(name);
