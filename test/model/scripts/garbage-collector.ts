import { asOffset } from '../../../lib/kafka/types.ts';
import type { ObjectId } from '../../../lib/storage/head.ts';
import { intakeObjectKey } from '../../../lib/storage/keys.ts';
import type { Bench, Script } from '../engine/process.ts';
import { PARTITION } from '../engine/store-state.ts';

const PREFIX = intakeObjectKey('');

/**
 * Garbage collection as its promise I5 has it: raise the barrier on every partition of the object, then look for a
 * reference in the head and, without a gap, in the pages, and only then delete.
 */
export function collector(name: string): Script {
  return {
    name,
    run: async (bench) => {
      for (const { key } of await bench.objects.list(PREFIX, { limit: 10 })) {
        const id = key.slice(PREFIX.length);
        await answeredOrNot(bench, () => bench.metadata.raiseBarrier(PARTITION, id));
        if (await isReferred(bench, id)) continue;
        await answeredOrNot(bench, () => bench.objects.delete([key]));
      }
    },
  };
}

/** Whether the barrier is up the head tells, and whether the object is gone matters to nobody. */
async function answeredOrNot({ subject }: Bench, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof subject.UnknownOutcomeError)) throw error;
  }
}

function isReferred({ subject, metadata }: Bench, id: ObjectId): Promise<boolean> {
  return subject.readUnderHead(metadata, PARTITION, async (head) => {
    if (head.barrier < id) return true; // the barrier is not known to be up: another time
    if (head.next === head.start) return false;
    for await (const run of subject.entriesFrom(metadata, PARTITION, head, asOffset(head.start))) {
      if (run.some(({ entry }) => entry.objectId === id)) return true;
    }
    return false;
  });
}
