import { once } from 'node:events';
import type { KafkaRecord } from '../../kafka/record.ts';
import { CliError, exitCode } from '../cli-error.ts';
import type { Client } from '../client.ts';
import { type Connection, connect } from '../connect.ts';
import { formats } from '../fetch/format-record.ts';
import { PartitionReader } from '../fetch/partition-reader.ts';
import { parseFrom, type StartQuery } from '../fetch/start-offset.ts';
import { systemClock as clock, warnOnce, withRetries } from '../retries.ts';
import { readOffsets, readTopic } from '../topic-metadata.ts';

export interface FetchOptions extends Connection {
  readonly from: string;
  /** All partitions when absent. */
  readonly partition?: number;
  readonly follow?: boolean;
  readonly maxRecords?: number;
  readonly format: keyof typeof formats;
}

/** Prints the records of a topic, up to where it ended when this began, or, with `follow`, on and on. */
export async function fetchTopic(topic: string, options: FetchOptions): Promise<void> {
  const start = parseFrom(options.from);
  const client = connect(options);
  const count = (await readTopic(client, topic)).partitions.length;
  const partitions = choosePartitions(topic, count, options.partition, start);
  const readers = partitions.map((partition) => new PartitionReader(client, topic, partition, start));
  const printer = new Printer(options);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  try {
    if (options.follow) await followAll(readers, printer, stop);
    else for (const reader of readers) await printUpToEnd(client, topic, reader, printer, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  // To be stopped is how a follower ends; for anybody else it means that something is missing.
  if (stop.signal.aborted && !options.follow && !printer.isFull) {
    throw new CliError('stopped before the end', { exitCode: exitCode.interrupted });
  }
}

/** @throws CliError for a partition that does not exist, or an offset that could be anybody's. */
function choosePartitions(
  topic: string,
  count: number,
  wanted: number | undefined,
  start: StartQuery,
): number[] {
  if (wanted !== undefined) {
    if (wanted < count) return [wanted];
    throw new CliError(`${topic} has partitions 0 to ${count - 1}, not ${wanted}`);
  }
  if (count > 1 && 'offset' in start && typeof start.offset === 'number') {
    throw new CliError(`an offset is one partition's, and ${topic} has ${count}: name one with --partition`, {
      exitCode: exitCode.usage,
    });
  }
  return Array.from({ length: count }, (_, partition) => partition);
}

/** Writes records to stdout, no faster than they are taken from there. */
class Printer {
  readonly #format: (typeof formats)[keyof typeof formats];
  #left: number;

  constructor({ format, maxRecords = Number.POSITIVE_INFINITY }: FetchOptions) {
    this.#format = formats[format];
    this.#left = maxRecords;
  }

  get isFull(): boolean {
    return this.#left === 0;
  }

  async print(records: readonly KafkaRecord[], partition: number): Promise<void> {
    const printed = records.slice(0, this.#left);
    this.#left -= printed.length;
    if (printed.length === 0) return;
    const lines = printed.map((record) => this.#format(record, partition));
    if (!process.stdout.write(Buffer.concat(lines))) await once(process.stdout, 'drain');
  }
}

async function printUpToEnd(
  client: Client,
  topic: string,
  reader: PartitionReader,
  printer: Printer,
  signal: AbortSignal,
): Promise<void> {
  const { end_offset: end } = await readOffsets(client, topic, reader.partition);
  let isBehind = true;
  while (isBehind && !printer.isFull) {
    const records = await reader.read({ wait: false, signal });
    await printer.print(
      records.filter(({ offset }) => offset < end),
      reader.partition,
    );
    isBehind = records.length > 0 && reader.nextOffset < end;
  }
}

async function followAll(
  readers: readonly PartitionReader[],
  printer: Printer,
  stop: AbortController,
): Promise<void> {
  const { signal } = stop;
  const onRetry = warnOnce();
  const follow = async (reader: PartitionReader): Promise<void> => {
    while (!printer.isFull) {
      const read = () => reader.read({ wait: true, signal });
      await printer.print(await withRetries(read, { clock, onRetry }), reader.partition);
    }
    stop.abort();
  };
  try {
    await Promise.all(readers.map(follow));
  } finally {
    stop.abort();
  }
}
