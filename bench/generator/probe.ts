import { splitBatches } from '../../lib/kafka/record-batch.ts';
import { assert } from '../assert.ts';
import { LatencyHistogram, type LatencySummary } from '../histogram.ts';
import { seededRandom } from '../seeded-random.ts';
import { withConnections } from './connection.ts';
import { fetchRequest } from './fetch.ts';
import type { ProbeJob } from './jobs.ts';
import type { Ledger } from './ledger.ts';

const PARTITION = 0;
/** A fetch gives at least one batch, so this asks for exactly one. */
const ONE_BATCH = 1;

/** Runs a {@link ProbeJob}: each answer must begin with the batch that holds the offset asked for. */
export async function probe(job: ProbeJob, ledger: Ledger): Promise<LatencySummary> {
  const random = seededRandom(job.seed);
  const endOffset = ledger.endOffset(PARTITION);
  const latency = new LatencyHistogram();
  await withConnections(job.server.url, 1, async ([connection]) => {
    assert(connection !== undefined, 'one connection');
    for (let sample = 0; sample < job.samples; sample++) {
      const offset = Math.floor(random() * endOffset);
      const path = { topic: job.topic, partition: PARTITION };
      const request = fetchRequest('recordbatch', path, { offset, max_bytes: ONE_BATCH, timeout: 0 });
      const sentMs = performance.now();
      const answer = await connection.send(request);
      latency.record(performance.now() - sentMs);
      assert(
        answer.status === 200,
        `offset ${offset}: ${answer.status} ${answer.body.toString('utf8', 0, 500)}`,
      );
      const [batch] = splitBatches(answer.body);
      const first = batch?.header.baseOffset ?? Infinity;
      const last = first + (batch?.header.lastOffsetDelta ?? 0);
      assert(first <= offset && offset <= last, `offset ${offset} was answered with ${first} to ${last}`);
    }
  });
  return latency.summary();
}
