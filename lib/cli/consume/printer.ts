import type { Writable } from 'node:stream';
import type { KafkaRecord } from '../../kafka/record.ts';
import { CliError } from '../cli-error.ts';
import type { FormatRecord } from '../fetch/format-record.ts';
import type { AssignedPartition } from './assigned-partition.ts';

/** No more than a reader that is slow takes in soon: whoever stops waits for as much. */
const CHUNK_BYTES = 16 * 1024;

/** Whoever read the output has seen enough (`| head`). */
export class ReaderGoneError extends Error {}

export interface PrinterOptions {
  readonly stream: Writable;
  readonly format: FormatRecord;
  readonly recordsMax?: number | undefined;
  /** All that may be printed has been. */
  readonly onFull: () => void;
  /** A monotonic clock, in milliseconds. */
  readonly monotonicMs: () => number;
}

/** Writes records as lines, some at a time: what it says is printed has been taken over by the system. */
export class Printer {
  readonly #options: PrinterOptions;
  #left: number;
  #count = 0;
  #waiting = 0;
  #lastPrintedMs = Number.NEGATIVE_INFINITY;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PrinterOptions) {
    this.#options = options;
    this.#left = options.recordsMax ?? Number.POSITIVE_INFINITY;
  }

  /** Records that have been printed. */
  get count(): number {
    return this.#count;
  }

  /** When something was printed last, or waited to be. By the monotonic clock. */
  get lastPrintedMs(): number {
    return this.#waiting > 0 ? this.#options.monotonicMs() : this.#lastPrintedMs;
  }

  /**
   * Prints records of one partition in their order, until the signal aborts: then the lines under way are finished.
   *
   * @param onPrinted Hears the offset behind what has been printed, again and again.
   * @throws ReaderGoneError; CliError when it cannot be written.
   */
  async print(
    at: AssignedPartition,
    records: readonly KafkaRecord[],
    signal: AbortSignal,
    onPrinted: (offset: number) => void,
  ): Promise<void> {
    if (records.length === 0) return;
    this.#waiting++;
    try {
      for (let next = 0; next < records.length; ) {
        const count = await this.#inTurn(() => (signal.aborted ? 0 : this.#printSome(at, records, next)));
        next += count;
        const last = records[next - 1];
        if (count === 0 || last === undefined) return;
        onPrinted(last.offset + 1);
        if (this.#left === 0) return this.#options.onFull();
      }
    } finally {
      this.#waiting--;
      this.#lastPrintedMs = this.#options.monotonicMs();
    }
  }

  /** Partitions take turns: no line stands in another's midst. */
  #inTurn(work: () => Promise<number> | 0): Promise<number> {
    const turn = this.#last.then(work);
    this.#last = Promise.allSettled([turn]);
    return turn;
  }

  /** @returns how many records it printed. */
  async #printSome(
    { topic, partition }: AssignedPartition,
    records: readonly KafkaRecord[],
    from: number,
  ): Promise<number> {
    const lines: Uint8Array[] = [];
    for (let bytes = 0; bytes < CHUNK_BYTES && lines.length < this.#left; ) {
      const record = records[from + lines.length];
      if (record === undefined) break;
      const line = this.#options.format(record, partition, topic);
      lines.push(line);
      bytes += line.length;
    }
    this.#left -= lines.length;
    if (lines.length > 0) await write(this.#options.stream, Buffer.concat(lines));
    this.#count += lines.length;
    return lines.length;
  }
}

async function write(stream: Writable, bytes: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  try {
    await promise;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') throw new ReaderGoneError(message);
    throw new CliError(`cannot write to stdout: ${message}`, { cause: error });
  }
}
