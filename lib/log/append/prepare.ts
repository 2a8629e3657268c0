import { KafkaError } from '../../kafka/errors.ts';
import type { Offset } from '../../kafka/types.ts';
import { NotDoneError } from '../../storage/errors.ts';
import type { Head, PartitionKey } from '../../storage/head.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import type { Heads } from '../heads.ts';
import { APPENDS_WAIT_ABOVE_ENTRIES, PRODUCERS_LEAVE_ABOVE, roll } from '../roll.ts';
import { findDuplicate } from './find-duplicate.ts';
import { knownProducers } from './known-producers.ts';
import { type AppendPlan, planAppend } from './plan-append.ts';
import type { QueuedBatch } from './queued-batch.ts';
import { notLeader } from './sequence.ts';

export interface PrepareDeps {
  readonly metadata: MetadataStore;
  readonly heads: Heads;
  readonly brokerId: number;
}

/** Producers that are looked up for one append; the batches of more wait for the next. */
const PRODUCERS_PER_PLAN_MAX = 100;

export interface PreparedPartition {
  readonly head: Head;
  readonly plan: AppendPlan<QueuedBatch>;
}

/**
 * Plans what to append to a partition. What needs no append is settled here: repeats of batches that stand in the
 * log, and batches that are out of sequence. Such a verdict is spoken only by a head that was read for it.
 *
 * @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR; StoreErrors.
 */
export async function preparePartition(
  deps: PrepareDeps,
  partition: PartitionKey,
  batches: readonly QueuedBatch[],
): Promise<PreparedPartition> {
  let head = await headToAppendTo(deps, partition);
  let plan = await planOn(deps, partition, head, batches);
  if (plan.refused.length > 0 || plan.duplicates.length > 0) {
    await deps.heads.refresh([partition]);
    head = await headToAppendTo(deps, partition);
    plan = await planOn(deps, partition, head, batches);
  }
  const bases: (Offset | undefined)[] = [];
  for (const { producer, count } of plan.duplicates) {
    if (producer === undefined) throw new Error('a batch without a producer cannot be a repeat');
    bases.push(await findDuplicate(deps.metadata, partition, head, { ...producer, count }));
  }
  // Nothing can fail from here on, so that no batch is settled and tried again.
  for (const { batch, error } of plan.refused) batch.fail(error);
  plan.duplicates.forEach((batch, index) => {
    batch.settle({ kind: 'duplicate', baseOffset: bases[index] });
  });
  return { head, plan };
}

/**
 * The head as we know it, led by us, with room for more entries.
 * @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER; StoreErrors.
 */
export async function headToAppendTo(deps: PrepareDeps, partition: PartitionKey): Promise<Head> {
  let [head] = await deps.heads.getMany([partition]);
  if (head !== undefined && head.leader !== deps.brokerId) head = await takeOver(deps, partition, head);
  if (head !== undefined && isFull(head)) head = await makeRoom(deps, partition, head);
  if (head === undefined || head.deleted) {
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', 'The topic was deleted.');
  }
  return head;
}

/** Whether a roll has to come first. It takes out entries, and only where there are entries. */
function isFull({ entries, producers }: Head): boolean {
  if (entries.length > APPENDS_WAIT_ABOVE_ENTRIES) return true;
  return producers.size > PRODUCERS_LEAVE_ABOVE && entries.length > 0;
}

/** A broker that holds its folder's lock is the only one alive, and leads whatever it finds. */
async function takeOver(deps: PrepareDeps, partition: PartitionKey, seen: Head): Promise<Head | undefined> {
  const outcome = await deps.metadata.lead({ partition, to: deps.brokerId, seen: seen.epoch });
  deps.heads.saw(partition, outcome.head);
  if (outcome.head !== undefined && !outcome.head.deleted && outcome.head.leader !== deps.brokerId) {
    throw notLeader(outcome.head.leader);
  }
  return outcome.head;
}

async function makeRoom(deps: PrepareDeps, partition: PartitionKey, full: Head): Promise<Head | undefined> {
  deps.heads.saw(partition, await roll(deps.metadata, partition, full));
  await deps.heads.refresh([partition]);
  const [head] = await deps.heads.getMany([partition]);
  if (head !== undefined && isFull(head)) {
    throw new NotDoneError('the index could not be rolled', { retriable: true });
  }
  return head;
}

async function planOn(
  deps: PrepareDeps,
  partition: PartitionKey,
  head: Head,
  batches: readonly QueuedBatch[],
): Promise<AppendPlan<QueuedBatch>> {
  const ids = new Set<number>();
  let planned = 0;
  for (const { producer } of batches) {
    if (producer !== undefined) ids.add(producer.producerId);
    if (ids.size > PRODUCERS_PER_PLAN_MAX) break;
    planned += 1;
  }
  const known = ids.size === 0 ? new Map() : await knownProducers(deps.metadata, partition, head, ids);
  const plan = planAppend(batches.slice(0, planned), known);
  return { ...plan, deferred: [...plan.deferred, ...batches.slice(planned)] };
}
