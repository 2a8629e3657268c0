import type { Bench } from '../bench.ts';
import type { Format } from '../bodies.ts';
import type { Figure } from '../figure.ts';
import type { ParkedReaderJob, ParkedReaderResult, Server } from '../generator/jobs.ts';
import type { Scenario } from '../scenario.ts';

const TOPIC = 'latency';
const RECORD_BYTES = 1024;
const WARM_UP_TOPIC = 'latency-warm-up';
const WARM_UP_RATE = 500;
const WARM_UP_MS = 2000;
/** What comes first is slow in ways that have nothing to do with the rate: connections are opened, for one. */
const UNCOUNTED_MS = 1000;

function measure(
  bench: Bench,
  server: Server,
  job: Pick<ParkedReaderJob, 'format' | 'ratePerSecond' | 'pathPrefix'>,
): Promise<ParkedReaderResult> {
  return bench.generator.run('parkedReader', {
    server,
    topic: TOPIC,
    recordBytes: RECORD_BYTES,
    warmUpMs: UNCOUNTED_MS,
    durationMs: bench.settings.latencyDurationMs,
    ...job,
  });
}

/** At 50 requests a second code would stay cold for most of the run. */
async function warmUp(bench: Bench, server: Server, format: Format): Promise<void> {
  await bench.generator.run('parkedReader', {
    server,
    topic: WARM_UP_TOPIC,
    format,
    recordBytes: RECORD_BYTES,
    ratePerSecond: WARM_UP_RATE,
    warmUpMs: 0,
    durationMs: WARM_UP_MS,
    pathPrefix: '',
  });
}

/** A relay in memory: the same requests, the same waiting reader, nothing kept. Bodies must be in its own format. */
async function measureRelay(bench: Bench, ratePerSecond: number): Promise<ParkedReaderResult> {
  await fetch(`${bench.bare.url}/reset`, { method: 'POST' });
  const server = { url: bench.bare.url, pid: bench.bare.pid };
  return measure(bench, server, { format: 'recordbatch', ratePerSecond, pathPrefix: '/relay/100' });
}

function parkedReader(bench: Bench, format: Format, ratePerSecond: number): Promise<Figure[]> {
  return bench.withBroker(async (broker) => {
    await broker.createTopic(TOPIC, 1);
    await broker.createTopic(WARM_UP_TOPIC, 1);
    const server = { url: broker.url, pid: broker.pid };
    await warmUp(bench, server, format);
    const { delivered, acknowledged, sent } = await measure(bench, server, {
      format,
      ratePerSecond,
      pathPrefix: '',
    });
    const relay = await measureRelay(bench, ratePerSecond);
    const shape = { format, batches: 1, recordsPerBatch: 1, recordBytes: RECORD_BYTES };
    const disk = bench.ceilings.syncOneBody(shape).latency;
    const detail = {
      records: delivered.count,
      maxMs: delivered.maxMs,
      acknowledgedP50Ms: acknowledged.p50Ms,
      acknowledgedP99Ms: acknowledged.p99Ms,
      sentP50Ms: sent.p50Ms,
      sentP99Ms: sent.p99Ms,
    };
    return [
      {
        name: 'delivered p50',
        value: delivered.p50Ms,
        unit: 'ms',
        ceilings: { bare: relay.delivered.p50Ms, disk: disk.p50Ms },
        detail,
      },
      {
        name: 'delivered p99',
        value: delivered.p99Ms,
        unit: 'ms',
        ceilings: { bare: relay.delivered.p99Ms, disk: disk.p99Ms },
      },
    ];
  });
}

/** From the intended send time of a record to the reader that is parked at the end of the partition. */
export const latencyScenarios: readonly Scenario[] = (['recordbatch', 'binary'] as const).flatMap((format) =>
  [50, 500].map((ratePerSecond) => ({
    name: `latency/${format}/${ratePerSecond}`,
    runs: format === 'recordbatch' ? 'always' : 'full',
    run: (bench) => parkedReader(bench, format, ratePerSecond),
  })),
);
