export interface RecordsTextLimits {
  /** Characters: it ends behind the batch that makes it longer. */
  readonly lengthMax: number;
  /** Bytes of UTF-8: it ends before the record that would make it longer. */
  readonly bytesMax: number;
}

const BRACKETS_BYTES = 2;
const COMMA_BYTES = 1;

/** Records as a JSON array that is being written. */
export class RecordsText {
  readonly #limits: RecordsTextLimits;
  #text = '';
  #bytes = BRACKETS_BYTES;
  count = 0;

  constructor(limits: RecordsTextLimits) {
    this.#limits = limits;
  }

  get isLong(): boolean {
    return this.#text.length > this.#limits.lengthMax;
  }

  /** Adds a record as JSON, and says whether there was room for it. */
  add(record: string): boolean {
    const isFirst = this.count === 0;
    const bytes = this.#bytes + Buffer.byteLength(record) + (isFirst ? 0 : COMMA_BYTES);
    if (bytes > this.#limits.bytesMax) return false;
    this.#text += isFirst ? record : `,${record}`;
    this.#bytes = bytes;
    this.count += 1;
    return true;
  }

  toString(): string {
    return `[${this.#text}]`;
  }
}
