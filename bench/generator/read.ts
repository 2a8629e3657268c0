import { position } from '../../lib/kafka/batch-header.ts';
import { assert } from '../assert.ts';
import type { Format } from '../bodies.ts';
import { runClosedLoop } from './closed-loop.ts';
import type { Answer } from './connection.ts';
import { fetchRequest } from './fetch.ts';
import type { ReadJob, ReadResult } from './jobs.ts';
import { type Ledger, OFFSET_FIELD, offsetAt } from './ledger.ts';

/** First offset of an answer, and the one behind its last record; looked up, not parsed: see the ledger. */
interface Span {
  readonly first: number;
  readonly next: number;
}

function batchSpan(body: Buffer): Span {
  let at = 0;
  let next = 0;
  while (at < body.length) {
    next = Number(body.readBigInt64BE(at)) + body.readInt32BE(at + position.lastOffsetDelta) + 1;
    at += position.partitionLeaderEpoch + body.readInt32BE(at + position.batchLength);
  }
  assert(at === body.length, 'the last batch of an answer is cut short');
  return { first: Number(body.readBigInt64BE(0)), next };
}

function jsonSpan(body: Buffer): Span {
  return {
    first: offsetAt(body, body.indexOf(OFFSET_FIELD)),
    next: offsetAt(body, body.lastIndexOf(OFFSET_FIELD)) + 1,
  };
}

const spanOf = (format: Format, body: Buffer): Span =>
  format === 'recordbatch' ? batchSpan(body) : jsonSpan(body);

interface Progress {
  readonly partition: number;
  readonly end: number;
  offset: number;
}

function advance(progress: Progress, format: Format, { body }: Answer): void {
  assert(body.length > 0, `offset ${progress.offset} was acknowledged and cannot be read`);
  const { first, next } = spanOf(format, body);
  assert(
    first === progress.offset && next > first,
    `offsets ${first} to ${next} where ${progress.offset} is next`,
  );
  progress.offset = next;
}

/** Runs a {@link ReadJob} on the partitions of `ledger`. Every connection takes the next partition when its own is read. */
export async function read(job: ReadJob, ledger: Ledger): Promise<ReadResult> {
  const all = ledger
    .partitions()
    .map((partition): Progress => ({ partition, end: ledger.endOffset(partition), offset: 0 }));
  const waiting = [...all];
  const current = new Map<number, Progress>();
  const result = await runClosedLoop<Progress>({
    server: job.server,
    connections: job.connections,
    extent: { kind: 'requests', count: Infinity },
    next: (connection) => {
      const mine = current.get(connection);
      if (mine !== undefined && mine.offset < mine.end) return mine;
      const taken = waiting.shift();
      if (taken !== undefined) current.set(connection, taken);
      return taken;
    },
    options: ({ partition, offset }) =>
      fetchRequest(job.format, { topic: job.topic, partition }, { offset, timeout: 0 }),
    onAnswer: (progress, answer) => advance(progress, job.format, answer),
  });
  const records = all.reduce((sum, { offset }) => sum + offset, 0);
  const expected = all.reduce((sum, { end }) => sum + end, 0);
  assert(records === expected, `${records} records were read of ${expected}`);
  const { requests: answers, ...measured } = result;
  return { records, answers, ...measured };
}
