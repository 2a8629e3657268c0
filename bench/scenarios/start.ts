import { assert } from '../assert.ts';
import { BARE_SERVER, type Bench } from '../bench.ts';
import { buildBodies, contentTypes, payloadBytes } from '../bodies.ts';
import { monotonicMs } from '../clock.ts';
import { type Figure, megabytes } from '../figure.ts';
import { median } from '../median.ts';
import type { Scenario } from '../scenario.ts';
import { ServerProcess } from '../server-process.ts';

const TOPIC = 'start';
const FILL_SHAPE = { format: 'recordbatch', batches: 1, recordsPerBatch: 100, recordBytes: 1024 } as const;
const ONE_RECORD = { format: 'recordbatch', batches: 1, recordsPerBatch: 1, recordBytes: 1024 } as const;

interface Startable {
  readonly url: string;
  stop(): Promise<void>;
}

interface StartTimes {
  readonly listeningMs: number;
  readonly acknowledgedMs: number;
}

/** From before the process is made to the answer to its first request. The record makes the topic if need be. */
async function timeStart(start: () => Promise<Startable>, pathPrefix: string): Promise<StartTimes> {
  const [body] = buildBodies(ONE_RECORD, 1, 3);
  assert(body !== undefined, 'one body was asked for');
  const startMs = monotonicMs();
  const server = await start();
  const listeningMs = monotonicMs() - startMs;
  try {
    const response = await fetch(`${server.url}${pathPrefix}/topics/${TOPIC}/partitions/0`, {
      method: 'POST',
      headers: { 'content-type': contentTypes.recordbatch },
      body: body.bytes,
    });
    assert(response.ok, `the first record was answered ${response.status}`);
    await response.arrayBuffer();
    return { listeningMs, acknowledgedMs: monotonicMs() - startMs };
  } finally {
    await server.stop();
  }
}

async function timeStarts(count: number, timeOne: () => Promise<StartTimes>): Promise<StartTimes[]> {
  const times: StartTimes[] = [];
  for (let index = 0; index < count; index++) times.push(await timeOne());
  return times;
}

async function figureOf(bench: Bench, times: readonly StartTimes[], folderBytes: number): Promise<Figure> {
  const bare = await timeStarts(bench.settings.starts, () =>
    timeStart(() => ServerProcess.start({ args: [BARE_SERVER], logFile: bench.logFile }), '/plain/100'),
  );
  const acknowledged = times.map(({ acknowledgedMs }) => acknowledgedMs);
  return {
    name: 'first ack',
    value: median(acknowledged),
    unit: 'ms',
    ceilings: { bare: median(bare.map(({ acknowledgedMs }) => acknowledgedMs)) },
    detail: {
      starts: times.length,
      minMs: Math.min(...acknowledged),
      maxMs: Math.max(...acknowledged),
      listeningMs: median(times.map(({ listeningMs }) => listeningMs)),
      folderMegabytes: megabytes(folderBytes),
    },
  };
}

async function startEmpty(bench: Bench): Promise<Figure[]> {
  const times = await timeStarts(bench.settings.starts, () =>
    bench.withDataFolder((dataFolder) => timeStart(() => bench.startBroker(dataFolder), '')),
  );
  return [await figureOf(bench, times, 0)];
}

async function fill(bench: Bench, dataFolder: string): Promise<void> {
  const broker = await bench.startBroker(dataFolder);
  try {
    await broker.createTopic(TOPIC, 1);
    await bench.generator.run('produce', {
      server: { url: broker.url, pid: broker.pid },
      topic: TOPIC,
      partitions: 1,
      shape: FILL_SHAPE,
      connections: 64,
      extent: {
        kind: 'requests',
        count: Math.ceil(bench.settings.filledFolderBytes / payloadBytes(FILL_SHAPE)),
      },
      check: 'offsets',
      pathPrefix: '',
    });
  } finally {
    await broker.stop();
  }
}

function startFilled(bench: Bench): Promise<Figure[]> {
  return bench.withDataFolder(async (dataFolder) => {
    await fill(bench, dataFolder);
    const times = await timeStarts(bench.settings.starts, () =>
      timeStart(() => bench.startBroker(dataFolder), ''),
    );
    return [await figureOf(bench, times, bench.settings.filledFolderBytes)];
  });
}

/** From the start of the process to the first acknowledged record: the median of several starts, files in the page cache. */
export const startScenarios: readonly Scenario[] = [
  { name: 'start/empty', runs: 'always', run: startEmpty },
  { name: 'start/filled', runs: 'always', run: startFilled },
];
