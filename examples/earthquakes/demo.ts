/**
 * Starts a broker, streams a week of earthquakes through it, reads them back with three readers at once while
 * they come in, and prints what it read.
 *
 *   node examples/earthquakes/demo.ts [folder to keep the data in]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from '../../lib/cli/client.ts';
import { readFeed } from './feed.ts';
import { produce } from './producer.ts';
import { follow, type Reader } from './reader.ts';
import { report } from './report.ts';

const TOPIC = 'earthquakes';
const PARTITIONS = 3;
const rivulet = fileURLToPath(new URL('../../lib/cli/bin.js', import.meta.url));

function startBroker(folder: string): ChildProcess {
  const args = ['start', '--port', '0', '--data', folder, '--override', `num.partitions=${PARTITIONS}`];
  return spawn(process.execPath, [rivulet, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The address in the one line that a broker prints when it is ready. */
async function addressOf(broker: ChildProcess): Promise<string> {
  if (broker.stdout === null) throw new Error('assertion failed: the broker has a stdout');
  for await (const line of createInterface(broker.stdout)) return line.replace('listening on ', '');
  throw new Error('the broker ended before it was ready');
}

async function streamThrough(url: string): Promise<string> {
  const client = new Client(url);
  const feed = await readFeed();
  const readers: Reader[] = Array.from({ length: PARTITIONS }, (_, partition) => ({
    partition,
    earthquakes: [],
  }));
  const done = new AbortController();
  let throughMs = 0;
  const startMs = performance.now();
  const onRead = (): void => {
    const read = readers.reduce((sum, { earthquakes }) => sum + earthquakes.length, 0);
    if (read < feed.length) return;
    throughMs = performance.now() - startMs;
    done.abort();
  };

  // The first record makes the topic; from then on readers and producer run side by side.
  await produce(client, TOPIC, feed.slice(0, 1));
  const reading = readers.map((reader) => follow(client, TOPIC, reader, { onRead, signal: done.signal }));
  let produceMs = 0;
  const producing = produce(client, TOPIC, feed.slice(1)).then(() => {
    produceMs = performance.now() - startMs;
  });
  try {
    await Promise.all([producing, ...reading]);
  } finally {
    done.abort();
  }
  return report(readers, { produceMs, throughMs });
}

const kept = process.argv[2];
const folder = kept ?? (await mkdtemp(join(tmpdir(), 'rivulet-demo-')));
const broker = startBroker(folder);
const ended = once(broker, 'exit');
try {
  process.stdout.write(await streamThrough(await addressOf(broker)));
} finally {
  broker.kill('SIGTERM');
  await ended;
  if (kept === undefined) await rm(folder, { recursive: true });
}
