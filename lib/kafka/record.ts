import { KafkaError } from './errors.ts';
import type { Offset } from './types.ts';
import { VarintReader, varintSize, varlongSize, writeVarint, writeVarlong } from './varint.ts';

/**
 * One record of a batch (KIP-98):
 *
 *   Record => Length Attributes TimestampDelta OffsetDelta KeyLength Key ValueLength Value HeaderCount [Header]
 *     Length         => varint   bytes that follow
 *     Attributes     => int8     unused
 *     TimestampDelta => varlong  to the batch's base timestamp
 *     OffsetDelta    => varint   to the batch's base offset
 *     KeyLength      => varint   -1: null
 *     ValueLength    => varint   -1: null
 *     HeaderCount    => varint
 *     Header         => NameLength Name ValueLength Value
 *       NameLength   => varint   UTF-8, never null
 *       ValueLength  => varint   -1: null
 */
export interface KafkaHeader {
  /** Decoded as Kafka does: what is not UTF-8 becomes U+FFFD. */
  readonly key: string;
  readonly value: Uint8Array | null;
}

/** The greatest timestamp that can be written: its distance from -1 still is a number that a double holds. */
export const TIMESTAMP_MAX_MS = Number.MAX_SAFE_INTEGER - 1;

export interface KafkaRecord {
  readonly offset: Offset;
  /** Milliseconds; -1 when there is none. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly KafkaHeader[];
}

/** A record of seven one-byte fields: none is shorter, so a count can be checked before it is believed. */
export const RECORD_BYTES_MIN = 7;
const HEADER_BYTES_MIN = 2;
const NULL_LENGTH = -1;

/** The parts of a record that do not depend on where it stands. */
type RecordContent = Pick<KafkaRecord, 'key' | 'value'> & { readonly headers?: readonly KafkaHeader[] };

const fieldSize = (bytes: Uint8Array | null): number =>
  bytes === null ? 1 : varintSize(bytes.length) + bytes.length;

/** Bytes of a record behind its own length. */
export function recordBodySize(record: RecordContent, timestampDelta: number, offsetDelta: number): number {
  const headers = record.headers ?? [];
  let size = 1 + varlongSize(timestampDelta) + varintSize(offsetDelta);
  size += fieldSize(record.key) + fieldSize(record.value) + varintSize(headers.length);
  for (const { key, value } of headers) {
    const nameBytes = Buffer.byteLength(key);
    size += varintSize(nameBytes) + nameBytes + fieldSize(value);
  }
  return size;
}

function writeField(out: Buffer, at: number, bytes: Uint8Array | null): number {
  if (bytes === null) return writeVarint(out, at, NULL_LENGTH);
  const start = writeVarint(out, at, bytes.length);
  out.set(bytes, start);
  return start + bytes.length;
}

/** Writes a record whose body has `bodySize` bytes, and returns the position behind it. */
export function writeRecord(
  out: Buffer,
  at: number,
  record: RecordContent,
  {
    bodySize,
    timestampDelta,
    offsetDelta,
  }: { bodySize: number; timestampDelta: number; offsetDelta: number },
): number {
  const headers = record.headers ?? [];
  let next = writeVarint(out, at, bodySize);
  out[next++] = 0;
  next = writeVarlong(out, next, timestampDelta);
  next = writeVarint(out, next, offsetDelta);
  next = writeField(out, next, record.key);
  next = writeField(out, next, record.value);
  next = writeVarint(out, next, headers.length);
  for (const { key, value } of headers) {
    next = writeVarint(out, next, Buffer.byteLength(key));
    next += out.write(key, next);
    next = writeField(out, next, value);
  }
  return next;
}

/**
 * Walks the records of a batch one by one. After {@link next}, the fields tell where the parts of the present
 * record stand; nothing is copied or made. Each length is checked before it is believed.
 */
export class RecordReader {
  readonly #reader: VarintReader;
  readonly #text: Buffer;
  timestampDelta = 0;
  offsetDelta = 0;
  keyStart = 0;
  /** -1: null. */
  keyLength = NULL_LENGTH;
  valueStart = 0;
  /** -1: null. */
  valueLength = NULL_LENGTH;
  headerCount = 0;
  #headersStart = 0;

  constructor(records: Uint8Array) {
    this.#reader = new VarintReader(records);
    this.#text = Buffer.from(records.buffer, records.byteOffset, records.length);
  }

  get bytesLeft(): number {
    return this.#reader.bytes.length - this.#reader.position;
  }

  /** Moves to the next record. @throws KafkaError INVALID_RECORD when none stands here. */
  next(): void {
    const reader = this.#reader;
    const length = reader.readVarint();
    if (length < RECORD_BYTES_MIN - 1 || length > this.bytesLeft) {
      throw new KafkaError(
        'INVALID_RECORD',
        `a record says that it has ${length} bytes; ${this.bytesLeft} are left`,
      );
    }
    reader.end = reader.position + length;
    reader.readByte();
    this.timestampDelta = reader.readVarlong();
    this.offsetDelta = reader.readVarint();
    this.keyLength = this.#skipField('key');
    this.keyStart = reader.position - Math.max(this.keyLength, 0);
    this.valueLength = this.#skipField('value');
    this.valueStart = reader.position - Math.max(this.valueLength, 0);
    this.headerCount = this.#readHeaderCount();
    this.#headersStart = reader.position;
    for (let left = this.headerCount; left > 0; left--) {
      if (this.#skipField('header name') < 0)
        throw new KafkaError('INVALID_RECORD', "a header's name is null");
      this.#skipField('header value');
    }
    if (reader.position !== reader.end) {
      throw new KafkaError(
        'INVALID_RECORD',
        `${reader.end - reader.position} bytes follow a record's headers`,
      );
    }
    reader.end = reader.bytes.length;
  }

  key(): Uint8Array | null {
    return this.keyLength < 0 ? null : this.#view(this.keyStart, this.keyLength);
  }

  value(): Uint8Array | null {
    return this.valueLength < 0 ? null : this.#view(this.valueStart, this.valueLength);
  }

  headers(): KafkaHeader[] {
    const headers: KafkaHeader[] = [];
    const reader = this.#reader;
    const next = reader.position;
    reader.position = this.#headersStart;
    for (let left = this.headerCount; left > 0; left--) {
      const nameLength = this.#skipField('header name');
      const key = this.#text.toString('utf8', reader.position - nameLength, reader.position);
      const length = this.#skipField('header value');
      headers.push({ key, value: length < 0 ? null : this.#view(reader.position - length, length) });
    }
    reader.position = next;
    return headers;
  }

  #view(start: number, length: number): Uint8Array {
    return this.#reader.bytes.subarray(start, start + length);
  }

  #readHeaderCount(): number {
    const reader = this.#reader;
    const count = reader.readVarint();
    if (count < 0 || count * HEADER_BYTES_MIN > reader.end - reader.position) {
      throw new KafkaError('INVALID_RECORD', `a record says that it has ${count} headers`);
    }
    return count;
  }

  #skipField(what: string): number {
    const reader = this.#reader;
    const length = reader.readVarint();
    if (length < NULL_LENGTH || length > reader.end - reader.position) {
      throw new KafkaError('INVALID_RECORD', `a record's ${what} says that it has ${length} bytes`);
    }
    if (length > 0) reader.position += length;
    return length;
  }
}
