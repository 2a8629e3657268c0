import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openPartitionLogs, type PartitionLogsOptions } from '../../lib/log/partition-logs.ts';
import type { BatchOutcome, PartitionLogs } from '../../lib/log/types.ts';
import { type EmbeddedStoresOptions, openEmbeddedStores, type Stores } from '../../lib/storage/embedded.ts';
import type { PartitionKey } from '../../lib/storage/head.ts';
import { observeStores, type StoreCall } from '../../lib/storage/observed.ts';
import { Faults, faultyStores } from '../support/faulty-stores.ts';
import { HastyRuntime, ManualRuntime } from './test-runtime.ts';

export const BROKER_ID = 1;

/** Nobody pulls the plug in these tests, so a folder in memory shows the same as one on a disk, and sooner. */
const FAST_FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

interface TestStores extends Stores {
  /** Where the embedded homes lie; empty for other homes. */
  readonly folder: string;
}

type OpenHome = (options?: EmbeddedStoresOptions) => Promise<TestStores>;

/** Both real stores in a folder that goes with them. */
const openInFolder: OpenHome = async (options) => {
  const folder = await mkdtemp(join(FAST_FOLDER, 'rivulet-log-'));
  const stores = await openEmbeddedStores(folder, options);
  const close = async () => {
    await stores.close();
    await rm(folder, { recursive: true });
  };
  return { ...stores, folder, close };
};

let makeStores = openInFolder;

/** From now on these tests run on other stores: they ask nothing of them that the contracts do not say. */
export function useHome(open: OpenHome): void {
  makeStores = open;
}

/** Both real stores, until the test ends. */
export async function openStores(options?: EmbeddedStoresOptions): Promise<TestStores> {
  const stores = await makeStores(options);
  onTestFinished(() => stores.close());
  return stores;
}

/** Both real stores, until the work is done. */
export async function withStores(
  options: EmbeddedStoresOptions,
  work: (stores: TestStores) => Promise<void>,
): Promise<void> {
  const stores = await makeStores(options);
  try {
    await work(stores);
  } finally {
    await stores.close();
  }
}

let topics = 0;

/** A partition of a topic of its own. */
export async function newPartition(
  { metadata }: Pick<Stores, 'metadata'>,
  { leader = BROKER_ID, partition = 0 } = {},
): Promise<PartitionKey> {
  topics += 1;
  const key = { topicId: `topic-${topics}`, partition };
  await metadata.createHeads([key], leader);
  return key;
}

export async function newPartitions(
  stores: Pick<Stores, 'metadata'>,
  count: number,
): Promise<PartitionKey[]> {
  return Promise.all(Array.from({ length: count }, (_, partition) => newPartition(stores, { partition })));
}

export interface TestLogs<Clock extends ManualRuntime = HastyRuntime> extends PartitionLogs {
  readonly faults: Faults;
  readonly runtime: Clock;
  /** Every call to the stores so far, those that failed included. */
  readonly calls: StoreCall[];
  /** What failed in the background. */
  readonly errors: unknown[];
}

let seeds = 0;
const nextSeed = (): number => ++seeds;

type LogsOptions = Partial<Omit<PartitionLogsOptions, 'runtime'>>;

/** The log as one process of the broker has it, over the stores and their faults. Several may share the stores. */
export function openLogs(stores: Stores, options: LogsOptions = {}, seed = nextSeed()): TestLogs {
  return openLogsOn(new HastyRuntime(seed), stores, options);
}

/** The same with a clock that only the test moves. */
export function openManualLogs(stores: Stores, options: LogsOptions = {}): TestLogs<ManualRuntime> {
  return openLogsOn(new ManualRuntime(nextSeed()), stores, options);
}

function openLogsOn<Clock extends ManualRuntime>(
  runtime: Clock,
  stores: Stores,
  options: LogsOptions,
): TestLogs<Clock> {
  const faults = new Faults();
  const calls: StoreCall[] = [];
  const errors: unknown[] = [];
  const observed = observeStores(faultyStores(stores, faults), (call) => calls.push(call));
  const onError = (error: unknown): void => void errors.push(error);
  const logs = openPartitionLogs({ ...observed, brokerId: BROKER_ID, runtime, onError, ...options });
  return { ...logs, faults, runtime, calls, errors };
}

/** How often each operation was called, as `store.operation`, since `from`. */
export function countCalls(calls: readonly StoreCall[], from = 0): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { store, operation } of calls.slice(from)) {
    const name = `${store}.${operation}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** The base offsets of batches that were all appended or repeated. */
export function baseOffsets(outcomes: readonly BatchOutcome[]): (number | undefined)[] {
  return outcomes.map((outcome) => {
    if (outcome.kind === 'failed') throw outcome.error;
    return outcome.baseOffset;
  });
}

/** One word an outcome: the offset where it stands, `again <offset>` for a repeat, or the error's name. */
export function told(outcomes: readonly BatchOutcome[]): (number | string)[] {
  return outcomes.map((outcome) => {
    if (outcome.kind === 'appended') return outcome.baseOffset;
    return outcome.kind === 'duplicate' ? `again ${outcome.baseOffset}` : outcome.error.error;
  });
}
