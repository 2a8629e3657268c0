import type { Bench } from '../bench.ts';
import type { Shape } from '../bodies.ts';
import type { Figure } from '../figure.ts';
import type { ProduceResult, Server } from '../generator/jobs.ts';
import type { LatencySummary } from '../histogram.ts';
import type { Scenario } from '../scenario.ts';

const TOPIC = 'batches';
const WARM_UP_TOPIC = 'batches-warm-up';
const ONE_BATCH: Shape = { format: 'recordbatch', batches: 1, recordsPerBatch: 1, recordBytes: 64 };

interface Filling {
  readonly batchesPerRequest: number;
  readonly levels: readonly number[];
}

interface Level {
  readonly batches: number;
  readonly append: LatencySummary;
  readonly fetch: LatencySummary;
}

function produce(
  bench: Bench,
  server: Server,
  { topic, shape, count }: { topic: string; shape: Shape; count: number },
): Promise<ProduceResult> {
  return bench.generator.run('produce', {
    server,
    topic,
    partitions: 1,
    shape,
    connections: 1,
    extent: { kind: 'requests', count },
    check: 'offsets',
    pathPrefix: '',
  });
}

/** Time of one small append and of one fetch at a random offset, each alone on one connection. */
async function measureLevel(bench: Bench, server: Server, batches: number): Promise<Level> {
  const samples = bench.settings.probeSamples;
  const { latency } = await produce(bench, server, { topic: TOPIC, shape: ONE_BATCH, count: samples });
  const fetch = await bench.generator.run('probe', { server, topic: TOPIC, samples, seed: batches });
  return { batches, append: latency, fetch };
}

/** Before the clock runs, so that the first level is not the one at which the broker was cold. */
async function warmUp(bench: Bench, server: Server): Promise<void> {
  const samples = bench.settings.probeSamples;
  await produce(bench, server, { topic: WARM_UP_TOPIC, shape: ONE_BATCH, count: 4 * samples });
  await bench.generator.run('probe', { server, topic: WARM_UP_TOPIC, samples: 4 * samples, seed: 1 });
}

/** The greatest rise from one level to a higher one. */
function growth(name: string, levels: readonly Level[], timeOf: (level: Level) => LatencySummary): Figure {
  const times = levels.map((level) => timeOf(level).p50Ms);
  const rises = times.map((time, index) => time / Math.min(...times.slice(0, index + 1)));
  return {
    name,
    value: Math.max(...rises),
    unit: 'times',
    ceilings: {},
    detail: Object.fromEntries(levels.map((level) => [`p50Ms at ${level.batches}`, timeOf(level).p50Ms])),
  };
}

function timeAtTop(
  name: string,
  { batches, append }: Level,
  ceilingMs: number,
  time: LatencySummary,
): Figure {
  const detail = { batches, p99Ms: time.p99Ms, samples: append.count };
  return { name, value: time.p50Ms, unit: 'ms', ceilings: { bare: ceilingMs }, detail };
}

function fillAndMeasure(bench: Bench, { batchesPerRequest, levels }: Filling): Promise<Figure[]> {
  return bench.withBroker(async (broker) => {
    await broker.createTopic(TOPIC, 1);
    await broker.createTopic(WARM_UP_TOPIC, 1);
    const server = { url: broker.url, pid: broker.pid };
    await warmUp(bench, server);
    const shape = { ...ONE_BATCH, batches: batchesPerRequest };
    const measured: Level[] = [];
    let batches = 0;
    for (const level of levels) {
      const count = Math.max(0, Math.round((level - batches) / batchesPerRequest));
      if (count > 0) await produce(bench, server, { topic: TOPIC, shape, count });
      measured.push(await measureLevel(bench, server, level));
      batches += count * batchesPerRequest + bench.settings.probeSamples;
    }
    await bench.generator.run('readBack', { server, topic: TOPIC });
    const top = measured.at(-1);
    if (top === undefined) throw new Error('no level was measured');
    const ceiling = 1000 / (await bench.ceilings.produce(ONE_BATCH, 1, 100)).bare;
    return [
      timeAtTop('append p50', top, ceiling, top.append),
      growth('append growth', measured, ({ append }) => append),
      timeAtTop('fetch p50', top, ceiling, top.fetch),
      growth('fetch growth', measured, ({ fetch }) => fetch),
    ];
  });
}

/**
 * How append and fetch grow with the partition. `batches` fills with 100 batches a request, and each request
 * is one flush and one entry of the index; `flushes` fills with one batch a request, so that there are as
 * many entries as batches, which takes minutes.
 */
export const batchScenarios: readonly Scenario[] = [
  {
    name: 'batches',
    runs: 'always',
    run: (bench) => fillAndMeasure(bench, { batchesPerRequest: 100, levels: bench.settings.batchLevels }),
  },
  {
    name: 'flushes',
    runs: 'named',
    run: (bench) => fillAndMeasure(bench, { batchesPerRequest: 1, levels: [1e3, 1e4, 1e5] }),
  },
];
