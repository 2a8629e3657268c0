import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CliError } from '../cli-error.ts';
import type { Client } from '../client.ts';
import { type Connection, connect } from '../connect.ts';
import { type LineFormat, lineParser } from '../produce/parse-line.ts';
import { type Progress, showProgress } from '../produce/progress.ts';
import { readLines } from '../produce/read-lines.ts';
import { type Producer, TopicWriter } from '../produce/topic-writer.ts';
import { systemClock as clock, warnOnce } from '../retries.ts';
import { countOf } from '../text.ts';
import { readTopicIfAny, topicsPath } from '../topic-metadata.ts';

export interface ProduceOptions extends LineFormat, Connection {
  /** stdin when absent. */
  readonly file?: string;
  readonly partition?: number;
  /** Whether a topic that does not exist is made. */
  readonly create: boolean;
}

/** Beyond what any broker takes; without a bound, a file without line ends would fill the memory. */
const LINE_BYTES_MAX = 64 * 1024 * 1024;

/** Sends lines to a topic, each as one record, and tells on stderr how many arrived. */
export async function produce(topic: string, options: ProduceOptions): Promise<void> {
  const { partition } = options;
  const parse = lineParser(options);
  const input = await openInput(options.file);
  const client = connect(options);
  const partitionCount = await ensureTopic(client, topic, options.create);
  if (partition !== undefined && partition >= partitionCount) {
    throw new CliError(`${topic} has partitions 0 to ${partitionCount - 1}, not ${partition}`);
  }
  const producer = await initProducer(client);
  const writer = new TopicWriter({
    client,
    topic,
    partitionCount,
    producer,
    partition,
    clock,
    onRetry: warnOnce(),
  });
  const progress = showProgress(input.bytes);
  const startMs = performance.now();
  let taken = 0;
  const failures: unknown[] = [];
  try {
    for await (const line of readLines(countBytes(input.chunks, progress), LINE_BYTES_MAX)) {
      const hasRoom = writer.add({ ...parse(line), timestamp: Date.now(), line: line.number });
      progress.took(++taken);
      if (!hasRoom) await writer.room();
    }
  } catch (error) {
    failures.push(error);
  }
  // Whatever ended the reading: what was taken before goes out and is counted.
  await writer.flush().catch((error: unknown) => failures.push(error));
  progress.stop();
  process.stderr.write(
    summary(topic, { taken, acknowledged: writer.acknowledged, ms: performance.now() - startMs }),
  );
  if (failures.length > 0) throw failures[0];
}

interface Input {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** How long it is, when that is known. */
  readonly bytes: number | undefined;
}

/** @throws CliError when the file cannot be read. */
async function openInput(file: string | undefined): Promise<Input> {
  if (file === undefined) {
    if (process.stdin.isTTY) process.stderr.write('one record a line; Ctrl-D ends\n');
    return { chunks: process.stdin, bytes: undefined };
  }
  try {
    const info = await stat(file);
    if (info.isDirectory()) throw new CliError(`${file} is a folder`);
    return { chunks: createReadStream(file), bytes: info.isFile() ? info.size : undefined };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function* countBytes(
  chunks: AsyncIterable<Uint8Array>,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    progress.read(chunk.length);
    yield chunk;
  }
}

/** @returns the number of its partitions. */
async function ensureTopic(client: Client, topic: string, mayCreate: boolean): Promise<number> {
  const found = await readTopicIfAny(client, topic);
  if (found !== undefined) return found.partitions.length;
  if (!mayCreate)
    throw new CliError(`there is no topic ${topic}: make it with "rivulet topics create ${topic}"`);
  const body = { topic_name: topic };
  const made = await client.json<{ partitions_count: number }>(await topicsPath(client), {
    method: 'POST',
    body,
  });
  process.stderr.write(`created ${topic} with ${countOf(made.partitions_count, 'partition')}\n`);
  return made.partitions_count;
}

async function initProducer(client: Client): Promise<Producer> {
  const made = await client.json<{ producer_id: number; producer_epoch: number }>('/producers', {
    method: 'POST',
  });
  return { producerId: made.producer_id, producerEpoch: made.producer_epoch };
}

function summary(
  topic: string,
  { taken, acknowledged, ms }: { taken: number; acknowledged: readonly number[]; ms: number },
): string {
  const stored = acknowledged.reduce((sum, count) => sum + count, 0);
  const missing = stored === taken ? '' : ` of ${taken.toLocaleString('en-US')}`;
  const rate = Math.round(stored / (ms / 1_000)).toLocaleString('en-US');
  const byPartition = acknowledged.flatMap((count, partition) =>
    count === 0 ? [] : `${partition}: ${count}`,
  );
  const spread = acknowledged.length > 1 && stored > 0 ? `, by partition ${byPartition.join(', ')}` : '';
  return `${countOf(stored, 'record')}${missing} to ${topic} in ${(ms / 1_000).toFixed(2)} s (${rate}/s)${spread}\n`;
}
