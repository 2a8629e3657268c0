import assert from 'node:assert/strict';
import { asEpoch, type Offset } from '../../lib/kafka/types.ts';
import type {
  Head,
  HeadAppend,
  HeadLead,
  HeadOutcome,
  HeadTrim,
  PartitionKey,
} from '../../lib/storage/head.ts';
import { applyAdvance } from '../../lib/storage/heads/advance.ts';
import { applyAppend } from '../../lib/storage/heads/append.ts';
import { applyKill } from '../../lib/storage/heads/kill.ts';
import { applyLead } from '../../lib/storage/heads/lead.ts';
import { applyRaiseBarrier } from '../../lib/storage/heads/raise-barrier.ts';
import { applySwap } from '../../lib/storage/heads/swap.ts';
import { applyTrim } from '../../lib/storage/heads/trim.ts';
import type { HeadSwap, MetadataStore } from '../../lib/storage/metadata-store.ts';

/** One head operation as a value, to be given to a store or to the pure functions alike. */
export type HeadCommand =
  | { readonly append: Omit<HeadAppend, 'partition'> }
  | { readonly trim: Omit<HeadTrim, 'partition'> }
  | { readonly lead: Omit<HeadLead, 'partition'> }
  | { readonly advance: Offset }
  | { readonly raiseBarrier: string }
  | { readonly kill: true }
  | { readonly swap: Omit<HeadSwap, 'partition'> };

const SOMEWHERE: PartitionKey = { topicId: 'nowhere', partition: 0 };

export function applyPurely(head: Head | undefined, command: HeadCommand): HeadOutcome {
  if ('append' in command) return applyAppend(head, { partition: SOMEWHERE, ...command.append });
  if ('trim' in command) return applyTrim(head, { partition: SOMEWHERE, ...command.trim });
  if ('lead' in command) return applyLead(head, { partition: SOMEWHERE, ...command.lead });
  if ('advance' in command) return applyAdvance(head, command.advance);
  if ('raiseBarrier' in command) return applyRaiseBarrier(head, command.raiseBarrier);
  if ('swap' in command) return applySwap(head, command.swap);
  return applyKill(head);
}

export async function applyToStore(
  store: MetadataStore,
  partition: PartitionKey,
  command: HeadCommand,
): Promise<HeadOutcome> {
  if ('append' in command) {
    const [outcome] = await store.append({ appends: [{ partition, ...command.append }] });
    assert(outcome !== undefined && !(outcome instanceof Error), String(outcome));
    return outcome;
  }
  if ('trim' in command) return store.trim({ partition, ...command.trim });
  if ('lead' in command) return store.lead({ partition, ...command.lead });
  if ('advance' in command) return store.advance(partition, command.advance);
  if ('raiseBarrier' in command) return store.raiseBarrier(partition, command.raiseBarrier);
  if ('swap' in command) return store.swap({ partition, ...command.swap });
  return store.kill(partition);
}

/** Plain values, in which a Buffer and a Uint8Array of the same bytes are alike. */
export function plain(head: Head | undefined): unknown {
  return (
    head && {
      ...head,
      entries: head.entries.map((each) => ({ ...each, entry: hex(each.entry) })),
      producers: Object.fromEntries([...head.producers].map(([id, state]) => [id, hex(state)])),
    }
  );
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

/** Ids in these tests are letters: 'a' stands before 'b', and '' before both, as among ULIDs. */
export function append(appendId: string, overrides: Partial<HeadAppend> = {}): HeadCommand {
  return {
    append: {
      appendId,
      epoch: asEpoch(0),
      count: 1,
      entry: bytes(`entry ${appendId}`),
      objectId: 'm',
      producers: [],
      ...overrides,
    },
  };
}
