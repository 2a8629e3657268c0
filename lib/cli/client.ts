import { CliError } from './cli-error.ts';

/** Confluent's "try the same request again". */
const RETRIABLE_CODE = 50003;
const UNAVAILABLE = 503;

/** The broker answered, and it was no success. */
export class AnsweredError extends CliError {
  readonly status: number;
  readonly errorCode: number;
  /** Whether the very same request may succeed in a moment. */
  readonly isRetriable: boolean;

  constructor(status: number, errorCode: number, message: string) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.isRetriable = status === UNAVAILABLE || errorCode === RETRIABLE_CODE;
  }
}

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

  /** @throws CliError when that is no URL. */
  constructor(url: string) {
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      throw new CliError(`${url} is no URL of a broker: it looks like http://127.0.0.1:8082`);
    }
    this.#url = url.replace(/\/+$/, '');
  }

  /** @throws AnsweredError, UnansweredError; when the signal aborted, its reason. */
  async send(path: string, request: ClientRequest = {}): Promise<Response> {
    const { method = 'GET', body, signal, accept = 'application/json' } = request;
    const contentType =
      body === undefined ? {} : { 'Content-Type': request.contentType ?? 'application/json' };
    let response: Response;
    try {
      response = await fetch(this.#url + path, {
        method,
        headers: { Accept: accept, ...contentType },
        body: body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
        signal: signalOf(request),
      });
      if (response.ok) return response;
      throw await answeredError(response);
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

function signalOf({ signal, timeoutMs }: ClientRequest): AbortSignal | null {
  if (timeoutMs === undefined) return signal ?? null;
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

async function answeredError(response: Response): Promise<AnsweredError> {
  const text = await response.text();
  try {
    const { error_code, message } = JSON.parse(text) as { error_code: number; message: string };
    return new AnsweredError(response.status, error_code, message);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new AnsweredError(
      response.status,
      response.status,
      `HTTP ${response.status} ${response.statusText}`,
    );
  }
}

/** A path segment from a name that may hold anything. */
export const segment = (name: string | number): string => encodeURIComponent(name);
