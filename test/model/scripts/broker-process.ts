import { asOffset } from '../../../lib/kafka/types.ts';
import type { BatchOutcome, PartitionLogs } from '../../../lib/log/types.ts';
import { batchOf } from '../../log/batches.ts';
import { valuesInBatch } from '../checks/log-view.ts';
import type { Told } from '../checks/told.ts';
import type { Bench, Script } from '../engine/process.ts';
import { BROKER_ID, PARTITION } from '../engine/store-state.ts';

/** A batch of records with these values. */
export const plain =
  (...values: string[]): (() => Uint8Array) =>
  () =>
    batchOf(values);

/** A batch of one record of an idempotent producer. */
export const sequenced = (id: number, sequence: number, epoch = 0): (() => Uint8Array) => {
  return () => batchOf([`${id}.${epoch}.${sequence}`], { producer: { id, epoch, sequence } });
};

/** A process of the broker that appends one batch after the other, each when the one before was answered. */
export function appender(name: string, ...batches: readonly (() => Uint8Array)[]): Script {
  return { name, run: (bench) => append(bench, batches) };
}

/** One that appends them all at once, so that one flush is on its way while the next is uploaded. */
export function pipeliner(name: string, ...batches: readonly (() => Uint8Array)[]): Script {
  return {
    name,
    run: async (bench) => {
      const { logs, errors } = openLogs(bench);
      bench.tell({ kind: 'sent', values: batches.flatMap((batch) => valuesInBatch(batch())) });
      const appends = batches.map((batch) => appendOne(bench, logs, batch));
      await Promise.all(appends);
      await logs.close();
      if (errors.length > 0) throw errors[0];
    },
  };
}

/** The roll that an append begins in the background, at any time. */
export function roller(name: string, times = 1): Script {
  return {
    name,
    run: async ({ subject, metadata }) => {
      for (let time = 0; time < times; time += 1) {
        const head = await metadata.getHead(PARTITION);
        if (head !== undefined) await subject.roll(metadata, PARTITION, head);
      }
    },
  };
}

/** A process of the broker that fetches all that stands from an offset on. */
export function reader(name: string, offset: number): Script {
  return {
    name,
    run: async (bench) => {
      const request = {
        partition: PARTITION,
        offset: asOffset(offset),
        maxBytes: 1_000_000,
        minBytes: 0,
        maxWaitMs: 0,
      };
      const { batches, highWatermark } = await openLogs(bench).logs.fetch(request);
      bench.tell({ kind: 'read', offset, values: batches.flatMap(valuesInBatch), highWatermark });
    },
  };
}

/** One after the other. */
export function inTurn(name: string, ...scripts: readonly Script[]): Script {
  return {
    name,
    run: async (bench) => {
      for (const script of scripts) await script.run(bench);
    },
  };
}

async function append(bench: Bench, batches: readonly (() => Uint8Array)[]): Promise<void> {
  const { logs, errors } = openLogs(bench);
  for (const batch of batches) {
    await appendOne(bench, logs, batch);
    if (errors.length > 0) throw errors[0];
  }
}

async function appendOne(bench: Bench, logs: PartitionLogs, batch: () => Uint8Array): Promise<void> {
  const [outcome] = await logs.append(PARTITION, [batch()]);
  if (outcome !== undefined) bench.tell(toTold(valuesInBatch(batch()), outcome));
}

/** The log as one process of the broker has it. A flush takes one batch, and the next may leave before it has answered. */
export function openLogs({ subject, objects, metadata, runtime }: Bench) {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const limits = { headsMax: 1, flushBytesMax: 1, flushAheadBytesMin: 0 };
  const logs = subject.openPartitionLogs({
    objects,
    metadata,
    runtime,
    brokerId: BROKER_ID,
    limits,
    onError,
  });
  return { logs, errors };
}

function toTold(values: readonly string[], outcome: BatchOutcome): Told {
  if (outcome.kind === 'failed') {
    const { error } = outcome.error;
    return error === 'REQUEST_TIMED_OUT' ? { kind: 'mayStand', values } : { kind: 'failed', values, error };
  }
  if (outcome.baseOffset === undefined) throw new Error(`${values} stands nobody knows where`);
  return { kind: 'stands', values, offset: outcome.baseOffset };
}
