import { ApiError, badRequest, bodyTooLarge } from '../errors/api-error.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

/** Finds where concatenated JSON objects end, without parsing them, whatever pieces they arrive in. */
class ObjectSplitter {
  readonly #bytesMax: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Whether an object has begun and not ended. */
  get isInside(): boolean {
    return this.#depth > 0;
  }

  /** The objects that end in `chunk`. @throws ApiError 400 between objects, 413 inside one. */
  *push(chunk: Buffer): Generator<Buffer> {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#depth === 0) {
        if (byte <= SPACE) continue;
        if (byte !== OPEN_BRACE)
          throw badRequest('The request body has to be JSON objects, one behind the other.');
        start = at;
        this.#depth = 1;
      } else if (this.#endsAt(byte)) yield this.#take(chunk.subarray(start, at + 1));
    }
    if (this.#depth > 0) this.#keep(chunk.subarray(start));
  }

  #endsAt(byte: number): boolean {
    if (this.#escaped) this.#escaped = false;
    else if (this.#inString) {
      if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
    } else if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) return --this.#depth === 0;
    return false;
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#bytesMax) throw bodyTooLarge(this.#bytesMax);
    this.#parts.push(part);
  }

  #take(last: Buffer): Buffer {
    this.#keep(last);
    const object = this.#parts.length === 1 ? last : Buffer.concat(this.#parts, this.#bytes);
    this.#parts = [];
    this.#bytes = 0;
    return object;
  }
}

/**
 * The bytes of each of the JSON objects that a body concatenates, as soon as it is there.
 *
 * @throws ApiError 400 for what is no object, or one that is cut off; 413 for one above `bytesMax`.
 */
export async function* jsonObjects(
  body: AsyncIterable<Uint8Array> | null,
  bytesMax: number,
): AsyncGenerator<Buffer> {
  if (body === null) return;
  const splitter = new ObjectSplitter(bytesMax);
  for await (const chunk of body) {
    yield* splitter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
  }
  if (splitter.isInside) throw new ApiError(400, 400, 'The request body ends inside a JSON object.');
}
