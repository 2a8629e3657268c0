import { decodeRecordBatch } from '../../kafka/decode-record-batch.ts';
import type { KafkaRecord } from '../../kafka/record.ts';
import { splitBatches } from '../../kafka/record-batch.ts';
import { type Client, segment } from '../client.ts';
import type { StartQuery } from './start-offset.ts';

const RECORD_BATCH = 'application/vnd.kafka.recordbatch';
const FETCH_BYTES_MAX = 4 * 1024 * 1024;
const LONG_POLL_MS = 20_000;
/** Beyond the time that the broker waits for records. */
const ANSWER_MS = 60_000;
/** A batch was admitted by a broker under its own bound; ours only keeps a broken one from filling the memory. */
const DECOMPRESSED_BYTES_MAX = 256 * 1024 * 1024;

export interface ReadOptions {
  /** Whether to wait for records when there are none. */
  readonly wait: boolean;
  readonly signal: AbortSignal;
  /** Of batches, as they are stored; the first one comes whatever its size. @default 4 MiB */
  readonly maxBytes?: number;
}

/** Reads one partition from a start on, one fetch behind the other. */
export class PartitionReader {
  readonly partition: number;
  readonly #client: Client;
  readonly #path: string;
  #next: StartQuery;

  constructor(client: Client, topic: string, partition: number, start: StartQuery) {
    this.partition = partition;
    this.#client = client;
    this.#path = `/topics/${segment(topic)}/partitions/${partition}/records`;
    this.#next = start;
  }

  /** The offset behind everything that was read; 0 before the first read. */
  get nextOffset(): number {
    return 'offset' in this.#next && typeof this.#next.offset === 'number' ? this.#next.offset : 0;
  }

  /** The next records; none when there are no more, or, for one that waits, none came for a while. */
  async read({ wait, signal, maxBytes = FETCH_BYTES_MAX }: ReadOptions): Promise<readonly KafkaRecord[]> {
    const waitMs = wait ? LONG_POLL_MS : 0;
    const query = new URLSearchParams({
      ...Object.fromEntries(Object.entries(this.#next).map(([name, value]) => [name, String(value)])),
      timeout: String(waitMs),
      max_bytes: String(maxBytes),
    });
    const { headers, bytes } = await this.#client.bytes(`${this.#path}?${query}`, {
      accept: RECORD_BATCH,
      signal,
      timeoutMs: waitMs + ANSWER_MS,
    });
    const records = bytes.length === 0 ? [] : this.#decode(bytes);
    const last = records.at(-1);
    if (last !== undefined) this.#next = { offset: last.offset + 1 };
    // From here on by offset: a record that comes meanwhile must not be passed over.
    else if (!('offset' in this.#next) || typeof this.#next.offset === 'string') {
      this.#next = { offset: Number(headers.get('Kafka-High-Watermark')) };
    }
    return records;
  }

  /** Whole batches come: the first may begin before the offset, or the time, that was asked for. */
  #decode(bytes: Uint8Array): KafkaRecord[] {
    const decode = (batch: Uint8Array): KafkaRecord[] =>
      decodeRecordBatch(batch, { decompressedBytesMax: DECOMPRESSED_BYTES_MAX }).records;
    const records = splitBatches(bytes).flatMap((batch) => decode(batch.bytes));
    const start = this.#next;
    if ('timestamp' in start) {
      const first = records.findIndex(({ timestamp }) => timestamp >= start.timestamp);
      return first < 0 ? [] : records.slice(first);
    }
    const { offset } = start;
    return typeof offset === 'number' ? records.filter((record) => record.offset >= offset) : records;
  }
}
