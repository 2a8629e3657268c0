import { setTimeout as delay } from 'node:timers/promises';

const JSON_TYPE = 'application/json';
const ANSWER_WITHIN_MS = 30_000;
const PAUSE_MS = 100;
/** A request that nobody answers for so many times is a failure of the test. */
const TRIES_MAX = 200;

export type Answer =
  | { readonly kind: 'done'; readonly body: unknown }
  /** It was not done, and is at fault. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: number; readonly message: string }
  /** Nothing came, or a 5xx or 429: it may have been done, or be done later. */
  | { readonly kind: 'unknown'; readonly what: string };

export interface AskOptions {
  /** @default GET without a body, POST with one */
  readonly method?: string;
  /** Becomes JSON unless it is bytes. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends requests as a client does that tells what may be sent again from what may not. */
export class PersistentClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Once. */
  async ask(path: string, { method, body, headers = {} }: AskOptions = {}): Promise<Answer> {
    try {
      const response = await fetch(this.#url + path, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: { ...(body !== undefined && { 'Content-Type': JSON_TYPE }), ...headers },
        ...(body !== undefined && {
          body: body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body),
        }),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return answerOf(response.status, await response.text());
    } catch (error) {
      return { kind: 'unknown', what: String(error) };
    }
  }

  /** Until somebody answers. Only for what may be done twice. @throws Error when nobody ever does. */
  async insist(path: string, options: AskOptions = {}): Promise<Exclude<Answer, { kind: 'unknown' }>> {
    let what = '';
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const answer = await this.ask(path, options);
      if (answer.kind !== 'unknown') return answer;
      what = answer.what;
      await this.pause();
    }
    throw new Error(`nobody answers ${path}: ${what}`);
  }

  /** As clients wait before they ask again. */
  pause(): Promise<void> {
    return delay(PAUSE_MS);
  }
}

function answerOf(status: number, text: string): Answer {
  if (status >= 500 || status === 429) return { kind: 'unknown', what: `${status} ${text.slice(0, 300)}` };
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  if (status < 400) return { kind: 'done', body };
  const { error_code: code = 0, message = '' } = (body ?? {}) as { error_code?: number; message?: string };
  return { kind: 'refused', status, code, message };
}
