import type { Bench } from '../bench.ts';
import { type Format, payloadBytes } from '../bodies.ts';
import { type Figure, megabytes } from '../figure.ts';
import type { ReadResult } from '../generator/jobs.ts';
import type { Scenario } from '../scenario.ts';

const TOPIC = 'read';
const PARTITIONS = 16;
const RECORD_BYTES = 1024;
const SHAPE = { format: 'recordbatch', batches: 1, recordsPerBatch: 100, recordBytes: RECORD_BYTES } as const;

async function figureOf(
  bench: Bench,
  format: Format,
  connections: number,
  result: ReadResult,
): Promise<Figure> {
  const recordsPerAnswer = Math.round(result.records / result.answers);
  const answer = { format, bytes: result.answerBytes, records: recordsPerAnswer, recordBytes: RECORD_BYTES };
  const { bare, json } = await bench.ceilings.fetch(answer, connections);
  const perAnswer = megabytes(recordsPerAnswer * RECORD_BYTES);
  return {
    name: 'read',
    value: megabytes(result.records * RECORD_BYTES) / result.seconds,
    unit: 'MB/s',
    ceilings: { bare: bare * perAnswer, ...(json === undefined ? {} : { json: json * perAnswer }) },
    detail: {
      megabytes: megabytes(result.records * RECORD_BYTES),
      answers: result.answers,
      answerBytes: result.answerBytes,
      p50Ms: result.latency.p50Ms,
      p99Ms: result.latency.p99Ms,
      brokerCores: result.serverCores,
      brokerCpuMsPerAnswer: (result.serverCores * result.seconds * 1000) / result.answers,
      generatorCores: result.generatorCores,
      generatorCpuMsPerAnswer: (result.generatorCores * result.seconds * 1000) / result.answers,
    },
  };
}

function read(bench: Bench, format: Format, connections: number): Promise<Figure[]> {
  return bench.withBroker(async (broker) => {
    await broker.createTopic(TOPIC, PARTITIONS);
    const server = { url: broker.url, pid: broker.pid };
    await bench.generator.run('produce', {
      server,
      topic: TOPIC,
      partitions: PARTITIONS,
      shape: SHAPE,
      connections: 64,
      extent: { kind: 'requests', count: Math.ceil(bench.settings.readBytes / payloadBytes(SHAPE)) },
      check: 'offsets',
      pathPrefix: '',
    });
    const result = await bench.generator.run('read', { server, topic: TOPIC, format, connections });
    return [await figureOf(bench, format, connections, result)];
  });
}

/** Reading all of a topic back, with the broker's default for `max_bytes`, from the process that wrote it. */
export const readScenarios: readonly Scenario[] = (['recordbatch', 'binary', 'json'] as const).flatMap(
  (format) =>
    [1, 8].map((connections) => ({
      name: `read/${format}/c${connections}`,
      runs: format === 'json' ? 'full' : connections === 8 ? 'always' : 'full',
      run: (bench) => read(bench, format, connections),
    })),
);
