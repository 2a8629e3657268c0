import { CliError } from './cli-error.ts';
import type { Credentials } from './credentials.ts';

/** Confluent's "try the same request again". */
const RETRIABLE_CODE = 50003;
const UNAVAILABLE = 503;
const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

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

/** What an answer that is no success says, and what to do about it where that is known here. */
export async function answeredError(response: Response, credentials: Credentials): Promise<AnsweredError> {
  const { status, statusText } = response;
  const { error_code, message } = await bodyOf(response);
  const errorCode = typeof error_code === 'number' ? error_code : status;
  // A gateway in front of a broker has messages, and no codes.
  const said = typeof message === 'string' ? message : `HTTP ${status} ${statusText}`.trimEnd();
  const hint = hintOf(response, credentials);
  return new AnsweredError(status, errorCode, hint === '' ? said : `${said.replace(/\.$/, '')}: ${hint}`);
}

async function bodyOf(response: Response): Promise<{ error_code?: unknown; message?: unknown }> {
  const text = await response.text();
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return {};
  }
}

function hintOf({ status, headers }: Response, { what }: Credentials): string {
  if (status >= 300 && status < 400) {
    const target = URL.parse(headers.get('location') ?? '')?.origin ?? 'elsewhere';
    return `it leads to ${target}; name that with --url, if ${what ?? 'nobody'} may be sent there`;
  }
  if (status !== UNAUTHORIZED && status !== FORBIDDEN) return '';
  if (what === undefined) {
    return 'set RIVULET_API_KEY=key:secret or RIVULET_TOKEN, or sign with --aws-sigv4';
  }
  if (status === UNAUTHORIZED) return `${what} was sent and is not accepted`;
  return `${what} was accepted, and may not do this`;
}
