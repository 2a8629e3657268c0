import { assert } from '../assert.ts';
import { type Body, buildBodies, contentTypes, type Format } from '../bodies.ts';
import { monotonicMs } from '../clock.ts';
import { LatencyHistogram } from '../histogram.ts';
import { recordIds } from '../records.ts';
import { intendedMs, type Schedule } from '../schedule.ts';
import { type Connection, withConnections } from './connection.ts';
import { fetchRequest } from './fetch.ts';
import type { ParkedReaderJob, ParkedReaderResult } from './jobs.ts';
import { runMetronome } from './metronome.ts';

const SENDERS_MAX = 64;
const PARTITION = 0;
const READER_TIMEOUT_MS = 30_000;
const START_DELAY_MS = 500;

function idsOf(format: Format, body: Buffer): number[] {
  if (format === 'recordbatch') return recordIds(body.toString('latin1'));
  const records: { value: string | object }[] = JSON.parse(body.toString('utf8'));
  return records.flatMap(({ value }) =>
    recordIds(
      typeof value === 'string' ? Buffer.from(value, 'base64').toString('latin1') : JSON.stringify(value),
    ),
  );
}

/** Parks at the end of the partition until every id has come, once. */
async function readParked(
  connection: Connection,
  job: ParkedReaderJob,
  count: number,
  onRecord: (id: number) => void,
): Promise<void> {
  const path = { prefix: job.pathPrefix, topic: job.topic, partition: PARTITION };
  const seen = new Set<number>();
  while (seen.size < count) {
    const query = { offset: seen.size, timeout: READER_TIMEOUT_MS, min_bytes: 1 };
    const answer = await connection.send(fetchRequest(job.format, path, query));
    assert(
      answer.status === 200,
      `the reader was answered ${answer.status}: ${answer.body.toString('utf8', 0, 500)}`,
    );
    const ids = idsOf(job.format, answer.body);
    assert(ids.length > 0, `nothing came to the reader for ${READER_TIMEOUT_MS} ms`);
    for (const id of ids) {
      assert(id < count && !seen.has(id), `record ${id} was read twice or never sent`);
      seen.add(id);
      onRecord(id);
    }
  }
}

/** Hands each request to a free connection; when none is free it waits its turn, and the clock runs on. */
class Senders {
  readonly #free: Connection[];
  readonly #waiting: ((connection: Connection) => void)[] = [];

  constructor(connections: readonly Connection[]) {
    this.#free = [...connections];
  }

  async use<Result>(send: (connection: Connection) => Promise<Result>): Promise<Result> {
    const connection =
      this.#free.pop() ?? (await new Promise<Connection>((resolve) => this.#waiting.push(resolve)));
    try {
      return await send(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(connection);
      else next(connection);
    }
  }
}

async function sendOpenLoop(
  senders: Senders,
  schedule: Schedule,
  job: ParkedReaderJob,
  bodies: readonly Body[],
  times: { sent: (id: number) => void; acknowledged: (id: number) => void },
): Promise<void> {
  const headers = ['content-type', contentTypes[job.format]];
  const path = `${job.pathPrefix}/topics/${job.topic}/partitions/${PARTITION}`;
  const sends: Promise<void>[] = [];
  const send = (id: number): Promise<void> =>
    senders.use(async (connection) => {
      times.sent(id);
      const body = bodies[id]?.bytes ?? null;
      const answer = await connection.send({ method: 'POST', path, headers, body });
      assert(answer.status === 200, `answered ${answer.status}: ${answer.body.toString('utf8', 0, 500)}`);
      times.acknowledged(id);
    });
  await runMetronome(schedule, (id) => sends.push(send(id)));
  await Promise.all(sends);
}

/** Runs a {@link ParkedReaderJob} on an empty partition. Every record must reach the reader, once. */
export async function parkedReader(job: ParkedReaderJob): Promise<ParkedReaderResult> {
  const count = Math.ceil(((job.warmUpMs + job.durationMs) * job.ratePerSecond) / 1000);
  const warmUpCount = Math.floor((job.warmUpMs * job.ratePerSecond) / 1000);
  const shape = { format: job.format, batches: 1, recordsPerBatch: 1, recordBytes: job.recordBytes };
  const bodies = buildBodies(shape, count, 2);
  const delivered = new LatencyHistogram();
  const acknowledged = new LatencyHistogram();
  const sent = new LatencyHistogram();
  await withConnections(job.server.url, SENDERS_MAX + 1, async ([reader, ...connections]) => {
    assert(reader !== undefined, 'a connection for the reader');
    const schedule = { startMs: monotonicMs() + START_DELAY_MS, ratePerSecond: job.ratePerSecond, count };
    const recordInto = (histogram: LatencyHistogram) => (id: number) => {
      if (id >= warmUpCount) histogram.record(monotonicMs() - intendedMs(schedule, id));
    };
    await Promise.all([
      readParked(reader, job, count, recordInto(delivered)),
      sendOpenLoop(new Senders(connections), schedule, job, bodies, {
        sent: recordInto(sent),
        acknowledged: recordInto(acknowledged),
      }),
    ]);
  });
  return { delivered: delivered.summary(), acknowledged: acknowledged.summary(), sent: sent.summary() };
}
