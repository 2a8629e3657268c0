import { assert } from '../assert.ts';
import type { Bench } from '../bench.ts';
import { type Format, payloadBytes, recordsPerRequest, type Shape } from '../bodies.ts';
import type { RequestCeilings } from '../ceilings.ts';
import { type Ceilings, type Figure, megabytes } from '../figure.ts';
import type { ProduceResult, ReadBackResult } from '../generator/jobs.ts';
import type { Scenario } from '../scenario.ts';

const TOPIC = 'append';
const RECORD_BYTES = 1024;

interface Case {
  readonly shape: Shape;
  readonly connections: number;
  readonly partitions: number;
}

/** Large requests are counted in megabytes, single records by the piece. */
function figureOf(
  shape: Shape,
  produced: ProduceResult,
  back: ReadBackResult,
  ceilings: RequestCeilings,
): Figure {
  const single = recordsPerRequest(shape) === 1;
  const perRequest = single ? 1 : megabytes(payloadBytes(shape));
  const inUnit: Ceilings = Object.fromEntries(
    Object.entries(ceilings).map(([name, requests]) => [name, requests * perRequest]),
  );
  const requestsPerSecond = produced.requests / produced.seconds;
  return {
    name: 'append',
    value: requestsPerSecond * perRequest,
    unit: single ? 'records/s' : 'MB/s',
    ceilings: inUnit,
    detail: {
      requestsPerSecond,
      bodyBytes: produced.bodyBytes,
      answerBytes: produced.answerBytes,
      p50Ms: produced.latency.p50Ms,
      p99Ms: produced.latency.p99Ms,
      brokerCores: produced.serverCores,
      brokerCpuMsPerRequest: (produced.serverCores * 1000) / requestsPerSecond,
      generatorCores: produced.generatorCores,
      generatorCpuMsPerRequest: (produced.generatorCores * 1000) / requestsPerSecond,
      recordsReadBack: back.records,
      readBackMegabytesPerSecond: megabytes(back.payloadBytes) / back.seconds,
    },
  };
}

function append(bench: Bench, { shape, connections, partitions }: Case): Promise<Figure[]> {
  return bench.withBroker(async (broker) => {
    await broker.createTopic(TOPIC, partitions);
    const server = { url: broker.url, pid: broker.pid };
    const produced = await bench.generator.run('produce', {
      server,
      topic: TOPIC,
      partitions,
      shape,
      connections,
      extent: bench.settings.extent,
      check: 'offsets',
      pathPrefix: '',
    });
    const back = await bench.generator.run('readBack', { server, topic: TOPIC });
    assert(
      back.records >= produced.requests * recordsPerRequest(shape),
      'all acknowledged records were read back',
    );
    const ceilings = await bench.ceilings.produce(shape, connections, produced.answerBytes);
    return [figureOf(shape, produced, back, ceilings)];
  });
}

function scenarioOf(
  format: Format,
  recordsPerBatch: number,
  connections: number,
  partitions: number,
): Scenario {
  const shape = { format, batches: 1, recordsPerBatch, recordBytes: RECORD_BYTES };
  return {
    name: `append/${format}/${recordsPerBatch}x1KB/c${connections}/p${partitions}`,
    runs: connections === 64 && partitions === 1 ? 'always' : 'full',
    run: (bench) => append(bench, { shape, connections, partitions }),
  };
}

/** Produce requests in a closed loop: every format, size, number of connections and of partitions. */
export const appendScenarios: readonly Scenario[] = (['recordbatch', 'binary', 'json'] as const).flatMap(
  (format) =>
    [100, 1].flatMap((records) =>
      [1, 8, 64].flatMap((connections) =>
        [1, 16].map((partitions) => scenarioOf(format, records, connections, partitions)),
      ),
    ),
);
