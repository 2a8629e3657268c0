/** Confluent's proxy separates them like this. */
export const SEPARATOR = '\r\n';

/** Answers that wait for a client to read them: some send everything before they read anything. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;

const encoder = new TextEncoder();

/**
 * A response body of JSON texts that become known in any order and are sent in the order in which they were
 * added, each as soon as those before it are sent. At most `inFlightMax` of them are waited for at a time, and a
 * client that does not read what was sent is not read any more either.
 */
export class OrderedAnswers {
  readonly body: ReadableStream<Uint8Array>;
  /** Sent so far. */
  bytes = 0;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #inFlightMax: number;
  readonly #inFlight: Promise<void>[] = [];
  #last: Promise<void> = Promise.resolve();
  #isGone = false;

  constructor(inFlightMax: number) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
      {},
      undefined,
      new ByteLengthQueuingStrategy({ highWaterMark: UNREAD_BYTES_MAX }),
    );
    this.body = readable;
    this.#writer = writable.getWriter();
    this.#inFlightMax = inFlightMax;
    // The client went away: what was accepted is still done, but nobody hears of it.
    this.#writer.closed.catch(() => {
      this.#isGone = true;
    });
  }

  /** Resolves when another one may be added. The answer must not reject. */
  async add(answer: Promise<string>): Promise<void> {
    this.#last = this.#send(this.#last, answer);
    this.#inFlight.push(this.#last);
    if (this.#inFlight.length >= this.#inFlightMax) await this.#inFlight.shift();
  }

  /** Resolves when all are sent. */
  async end(): Promise<void> {
    await this.#last;
    if (!this.#isGone) await this.#writer.close().catch(() => this.#leave());
  }

  async #send(previous: Promise<void>, answer: Promise<string>): Promise<void> {
    await previous;
    const text = await answer;
    if (this.#isGone) return;
    const bytes = encoder.encode(text + SEPARATOR);
    this.bytes += bytes.length;
    await this.#writer.write(bytes).catch(() => this.#leave());
  }

  #leave(): void {
    this.#isGone = true;
  }
}
