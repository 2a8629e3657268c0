import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BARE_SERVER, type Bench } from '../bench.ts';
import { payloadBytes } from '../bodies.ts';
import { type Figure, megabytes } from '../figure.ts';
import type { ProduceJob, Server } from '../generator/jobs.ts';
import { memoryUsage } from '../process-usage.ts';
import type { Scenario } from '../scenario.ts';
import { ServerProcess } from '../server-process.ts';

const TOPIC = 'footprint';
const PARTITIONS = 16;
const SHAPE = { format: 'recordbatch', batches: 1, recordsPerBatch: 100, recordBytes: 1024 } as const;
const BLOCK_BYTES = 512;

/** What a folder takes on its disk: blocks, not lengths. */
async function diskBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).blocks * BLOCK_BYTES;
  }
  return bytes;
}

async function appendAll(
  bench: Bench,
  server: Server,
  to: Pick<ProduceJob, 'check' | 'pathPrefix'>,
): Promise<number> {
  const count = Math.ceil(bench.settings.footprintBytes / payloadBytes(SHAPE));
  const { bodyBytes } = await bench.generator.run('produce', {
    server,
    topic: TOPIC,
    partitions: PARTITIONS,
    shape: SHAPE,
    connections: 64,
    extent: { kind: 'requests', count },
    ...to,
  });
  return count * bodyBytes;
}

/** Peak memory of a server that reads the same bodies and keeps nothing. */
async function barePeakBytes(bench: Bench): Promise<number> {
  const bare = await ServerProcess.start({ args: [BARE_SERVER], logFile: bench.logFile });
  try {
    await appendAll(bench, bare, { check: 'status', pathPrefix: '/plain/100' });
    return memoryUsage(bare.pid).peakBytes;
  } finally {
    await bare.stop();
  }
}

function footprint(bench: Bench): Promise<Figure[]> {
  return bench.withBroker(async (broker, dataFolder) => {
    await broker.createTopic(TOPIC, PARTITIONS);
    const server = { url: broker.url, pid: broker.pid };
    const appendedBytes = await appendAll(bench, server, { check: 'offsets', pathPrefix: '' });
    const { peakBytes } = broker.memory();
    await delay(bench.settings.settleMs);
    const { residentBytes } = broker.memory();
    const usedBytes = await diskBytes(dataFolder);
    await bench.generator.run('readBack', { server, topic: TOPIC });
    const afterReading = broker.memory();
    const ceilings = { bare: megabytes(await barePeakBytes(bench)) };
    const detail = { appendedMegabytes: megabytes(appendedBytes) };
    return [
      { name: 'peak memory', value: megabytes(peakBytes), unit: 'MB', ceilings, detail },
      { name: 'settled memory', value: megabytes(residentBytes), unit: 'MB', ceilings: {} },
      { name: 'peak when read', value: megabytes(afterReading.peakBytes), unit: 'MB', ceilings: {} },
      { name: 'disk used', value: usedBytes / appendedBytes, unit: 'bytes/byte', ceilings: {} },
    ];
  });
}

/** Resident memory and disk after a long append, everything read back at the end. */
export const footprintScenarios: readonly Scenario[] = [
  { name: 'footprint', runs: 'always', run: footprint },
];
