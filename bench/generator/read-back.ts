import { position } from '../../lib/kafka/batch-header.ts';
import { decodeRecordBatch } from '../../lib/kafka/decode-record-batch.ts';
import { type RecordBatch, splitBatches } from '../../lib/kafka/record-batch.ts';
import { assert } from '../assert.ts';
import { type Connection, withConnections } from './connection.ts';
import { fetchRequest } from './fetch.ts';
import type { ReadBackJob, ReadBackResult } from './jobs.ts';
import type { Acknowledgement, Ledger } from './ledger.ts';

const FETCH_BYTES_MAX = 8 * 1024 * 1024;
const DECOMPRESSED_BYTES_MAX = 64 * 1024 * 1024;

/** Walks along the acknowledged records of one partition and compares each with what is read. */
class Expected {
  readonly #entries: readonly Acknowledgement[];
  #entry = 0;
  offset = 0;
  payloadBytes = 0;

  constructor(entries: readonly Acknowledgement[]) {
    this.#entries = entries;
  }

  #current(): { value: Buffer } {
    const entry = this.#entries[this.#entry];
    const value = entry?.body.values[this.offset - entry.baseOffset];
    assert(value !== undefined, `offset ${this.offset} was read but never acknowledged`);
    return { value };
  }

  matchBatch({ header, bytes }: RecordBatch): void {
    assert(header.baseOffset === this.offset, `a batch at ${header.baseOffset} where ${this.offset} is next`);
    if (this.#matchVerbatim(bytes)) return;
    const { records } = decodeRecordBatch(bytes, { decompressedBytesMax: DECOMPRESSED_BYTES_MAX });
    for (const record of records) {
      const { value } = this.#current();
      assert(record.offset === this.offset, `a record at ${record.offset} where ${this.offset} is next`);
      assert(record.value !== null && value.equals(record.value), `offset ${this.offset} has another value`);
      this.#advance(1, value.length);
    }
  }

  /** A batch that came as it is, is stored as it is: all behind the leader epoch, which the CRC seals. */
  #matchVerbatim(bytes: Uint8Array): boolean {
    const entry = this.#entries[this.#entry];
    if (entry === undefined || entry.baseOffset !== this.offset) return false;
    const sent = entry.body.bytes.subarray(position.magic);
    if (sent.length !== bytes.length - position.magic || !sent.equals(bytes.subarray(position.magic)))
      return false;
    this.#advance(
      entry.body.values.length,
      entry.body.values.reduce((sum, value) => sum + value.length, 0),
    );
    return true;
  }

  #advance(records: number, payloadBytes: number): void {
    this.offset += records;
    this.payloadBytes += payloadBytes;
    const entry = this.#entries[this.#entry];
    if (entry !== undefined && this.offset >= entry.baseOffset + entry.body.values.length) this.#entry++;
  }
}

async function readBackPartition(
  connection: Connection,
  path: { topic: string; partition: number },
  ledger: Ledger,
): Promise<Expected> {
  const expected = new Expected(ledger.entries(path.partition));
  const endOffset = ledger.endOffset(path.partition);
  while (expected.offset < endOffset) {
    const query = { offset: expected.offset, max_bytes: FETCH_BYTES_MAX, timeout: 0 };
    const answer = await connection.send(fetchRequest('recordbatch', path, query));
    assert(
      answer.status === 200,
      `offset ${expected.offset}: ${answer.status} ${answer.body.toString('utf8', 0, 500)}`,
    );
    assert(answer.body.length > 0, `offset ${expected.offset} was acknowledged and cannot be read`);
    for (const batch of splitBatches(answer.body)) expected.matchBatch(batch);
  }
  return expected;
}

/**
 * Reads every partition of the ledger to its end, as record batches: offsets dense, each record where it was
 * acknowledged, every value byte for byte what was sent.
 */
export async function readBack(job: ReadBackJob, ledger: Ledger): Promise<ReadBackResult> {
  return withConnections(job.server.url, 1, async ([connection]) => {
    assert(connection !== undefined, 'one connection');
    const startMs = performance.now();
    let records = 0;
    let payloadBytes = 0;
    for (const partition of ledger.partitions()) {
      const expected = await readBackPartition(connection, { topic: job.topic, partition }, ledger);
      records += expected.offset;
      payloadBytes += expected.payloadBytes;
    }
    return { records, payloadBytes, seconds: (performance.now() - startMs) / 1000 };
  });
}
