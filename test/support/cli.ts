import { once } from 'node:events';
import { type Process, runRivulet, spawnRivulet, startBroker } from './broker-process.ts';
import { produceJson } from './http.ts';
import { tempFolder } from './temp-folder.ts';

/** Configs of a broker under which members of a group hear soon of each other. */
export const LIVELY = ['--override', 'group.consumer.heartbeat.interval.ms=50'];
/** And are soon missed. */
export const SHORT_SESSIONS = [...LIVELY, '--override', 'group.consumer.session.timeout.ms=1500'];

/** A broker of the test's own, and the command line pointed at it. */
export async function brokerAndCli(args: readonly string[] = []) {
  const folder = await tempFolder();
  const { url, process } = await startBroker(folder, args);
  const env = { RIVULET_URL: url };
  return {
    folder,
    url,
    process,
    rivulet: (command: readonly string[], input: string | Uint8Array = '') =>
      runRivulet(command, { env, input }),
    spawn: (command: readonly string[]) => spawnRivulet(command, { env }),
  };
}

const REQUEST_RECORDS_MAX = 10_000;

/** Produces so many numbers, each the key and the value of a record: `fetch` and `consume` print them as {@link lines}. */
export async function produceNumbers(
  url: string,
  topic: string,
  count: number,
  { from = 0, partition }: { readonly from?: number; readonly partition?: number } = {},
): Promise<void> {
  for (let at = 0; at < count; at += REQUEST_RECORDS_MAX) {
    const records = Array.from({ length: Math.min(REQUEST_RECORDS_MAX, count - at) }, (_, index) => {
      const value = from + at + index;
      return partition === undefined ? { key: value, value } : { key: value, value, partition };
    });
    const { status, answer } = await produceJson(url, topic, records);
    if (status !== 200) throw new Error(`cannot produce: ${JSON.stringify(answer)}`);
  }
}

/** `0\n1\n2\n`: so many lines, each of them once. */
export const lines = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, at) => `${from + at}\n`).join('');

const LARGE_BYTES = 1_000;
const LARGE_REQUEST_RECORDS = 500;

/**
 * Produces, to some partitions in turn, more than fits into what lies between a process and a reader that has paused.
 * @returns the lines that `fetch` and `consume` print of it.
 */
export async function produceBacklog(url: string, topic: string, partitions: number): Promise<string[]> {
  const values = Array.from({ length: 3_000 }, (_, at) => `${at}`.padEnd(LARGE_BYTES, '.'));
  for (let at = 0; at < values.length; at += LARGE_REQUEST_RECORDS) {
    const records = values
      .slice(at, at + LARGE_REQUEST_RECORDS)
      .map((value, index) => ({ partition: index % partitions, value }));
    const { status, answer } = await produceJson(url, topic, records);
    if (status !== 200) throw new Error(`cannot produce: ${JSON.stringify(answer)}`);
  }
  return values.map((value) => JSON.stringify(value));
}

/** The whole lines that some processes have printed together. */
export const printedLines = (processes: readonly Process[]): string[] =>
  processes.flatMap(({ stdout }) => stdout.split('\n').slice(0, -1));

/** Waits until what some processes have printed is enough. Rejects when all have ended before. */
export async function untilPrinted(
  processes: readonly Process[],
  isEnough: (lines: readonly string[]) => boolean,
): Promise<void> {
  while (!isEnough(printedLines(processes))) {
    const next = new AbortController();
    const { signal } = next;
    const news = processes.flatMap(({ child: { stdout } }) =>
      stdout === null || stdout.closed
        ? []
        : [once(stdout, 'data', { signal }), once(stdout, 'close', { signal })],
    );
    if (news.length === 0) throw new Error(`they printed only ${printedLines(processes).length} lines`);
    const others = Promise.allSettled(news);
    await Promise.race(news);
    next.abort();
    await others;
  }
}

/** Waits until a group has committed everything that there is. */
export async function untilCommitted(url: string, group: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/groups/${group}/lags`);
    const { lags = [] } = (await response.json()) as { lags?: { lag: number | null }[] };
    if (lags.length > 0 && lags.every(({ lag }) => lag === 0)) return;
  }
}
