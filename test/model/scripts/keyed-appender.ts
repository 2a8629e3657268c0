import { valuesInBatch } from '../checks/log-view.ts';
import type { Script } from '../engine/process.ts';
import { PARTITION } from '../engine/store-state.ts';
import { openLogs } from './broker-process.ts';

/** Nothing expires here: no time passes. */
const KEEP_MS = 1_000_000;

/** A process of the broker that gets a request under an idempotency key; each that runs it gets the same one. */
export function keyedAppender(name: string, batch: () => Uint8Array): Script {
  return {
    name,
    run: async (bench) => {
      const { logs, errors } = openLogs(bench);
      const values = valuesInBatch(batch());
      const request = {
        name: { principal: 'client', idempotencyKey: 'key' },
        hash: 'hash',
        keepMs: KEEP_MS,
        topicId: PARTITION.topicId,
        plan: {},
        batches: () => new Map([[PARTITION.partition, [batch()]]]),
      };
      const outcome = await logs.appendOnce(request).catch(() => undefined);
      if (errors.length > 0) throw errors[0];
      const place = outcome?.kind === 'placed' ? outcome.places[0] : undefined;
      // An error leaves it open: a repeat of the request may be at it, and is not this process's to judge.
      if (place?.error !== undefined || place?.offset === undefined) bench.tell({ kind: 'mayStand', values });
      else bench.tell({ kind: 'stands', values, offset: place.offset });
    },
  };
}
