import { headBytes, itemBytes } from '../dynamodb/item-size.ts';
import type { HeadOutcome, PartitionKey } from '../head.ts';
import type { Item, WriteOp } from '../item.ts';
import { inlineIntakeKey, isHeadKey } from '../keys.ts';
import type { AppendFlush, AppendOutcome, MetadataStore } from '../metadata-store.ts';
import type { Cost, Meter } from './meter.ts';
import { readUnits, TRANSACTION_FACTOR, writeUnits } from './units.ts';

const KEYS_PER_BATCH_GET = 100;

/**
 * The same metadata store, with each call metered as the requests that DynamoDB would get for it: one UpdateItem a
 * head operation, a transaction for a write of several ops and for a swap, PutItem, DeleteItem or (to check) GetItem
 * for a single one.
 * A write is billed by what stood there before too, so that is read first, beside the meter: this is for measuring.
 * A call that fails costs nothing here.
 */
export function meterMetadata(store: MetadataStore, meter: Meter): MetadataStore {
  const headSize = async (partition: PartitionKey) => headBytes(await store.getHead(partition), partition);

  async function update(
    operation: string,
    partition: PartitionKey,
    work: () => Promise<HeadOutcome>,
  ): Promise<HeadOutcome> {
    const before = await headSize(partition);
    const outcome = await work();
    const units = writeUnits(before, headBytes(outcome.head, partition));
    meter.add(`metadata.${operation}`, { calls: 1, requests: 1, writeUnits: units });
    return outcome;
  }

  /** How an item is shown that is a head is the home's own business. */
  async function opCost(op: WriteOp): Promise<Pick<Cost, 'bytesIn' | 'writeUnits'>> {
    const before = isHeadKey(op.key) ? 0 : itemBytes(await store.get(op.key));
    const bytesIn = op.kind === 'put' ? itemBytes(op) : 0;
    return { bytesIn, writeUnits: writeUnits(before, bytesIn) };
  }

  return {
    inlineBytesMax: store.inlineBytesMax,
    async get(key) {
      const item = await store.get(key);
      meter.add('metadata.get', { calls: 1, requests: 1, ...read([item]) });
      return item;
    },
    async getMany(keys) {
      const items = await store.getMany(keys);
      const requests = Math.ceil(keys.length / KEYS_PER_BATCH_GET);
      meter.add('metadata.getMany', { calls: 1, requests, ...read(items) });
      return items;
    },
    async query(query) {
      const items = await store.query(query);
      const bytesOut = sum(items, itemBytes);
      meter.add('metadata.query', { calls: 1, requests: 1, bytesOut, readUnits: readUnits(bytesOut) });
      return items;
    },
    async write(ops) {
      const [first, ...others] = ops;
      if (first?.kind === 'check' && others.length === 0) {
        meter.add('metadata.write', { calls: 1, requests: 1, ...read([await store.get(first.key)]) });
        return store.write(ops);
      }
      const costs = await Promise.all(ops.map(opCost));
      const factor = others.length === 0 ? 1 : TRANSACTION_FACTOR;
      meter.add('metadata.write', {
        calls: 1,
        requests: 1,
        bytesIn: sum(costs, ({ bytesIn }) => bytesIn),
        writeUnits: factor * sum(costs, (cost) => cost.writeUnits),
      });
      await store.write(ops);
    },
    async getHead(partition) {
      const head = await store.getHead(partition);
      const bytesOut = headBytes(head, partition);
      meter.add('metadata.getHead', { calls: 1, requests: 1, bytesOut, readUnits: readUnits(bytesOut) });
      return head;
    },
    async getHeads(partitions) {
      const heads = await store.getHeads(partitions);
      const sizes = partitions.map((partition, index) => headBytes(heads[index], partition));
      meter.add('metadata.getHeads', {
        calls: 1,
        requests: Math.ceil(partitions.length / KEYS_PER_BATCH_GET),
        bytesOut: sum(sizes, (bytes) => bytes),
        readUnits: sum(sizes, readUnits),
      });
      return heads;
    },
    async createHeads(partitions, leader) {
      await store.createHeads(partitions, leader);
      const sizes = await Promise.all(partitions.map(headSize));
      const units = sum(sizes, (bytes) => writeUnits(bytes, bytes));
      meter.add('metadata.createHeads', { calls: 1, requests: partitions.length, writeUnits: units });
    },
    append: (flush) => meterAppend(store, meter, flush),
    trim: (trim) => update('trim', trim.partition, () => store.trim(trim)),
    lead: (lead) => update('lead', lead.partition, () => store.lead(lead)),
    advance: (partition, to) => update('advance', partition, () => store.advance(partition, to)),
    raiseBarrier: (partition, id) =>
      update('raiseBarrier', partition, () => store.raiseBarrier(partition, id)),
    kill: (partition) => update('kill', partition, () => store.kill(partition)),
    async swap(swap) {
      const segments: WriteOp[] = [
        ...swap.put.map((put) => ({ ...put, kind: 'put' as const, condition: 'none' as const })),
        ...swap.remove.map((key) => ({ kind: 'delete' as const, key, condition: 'none' as const })),
      ];
      const costs = await Promise.all(segments.map(opCost));
      const before = await headSize(swap.partition);
      const outcome = await store.swap(swap);
      const units = writeUnits(before, headBytes(outcome.head, swap.partition));
      meter.add('metadata.swap', {
        calls: 1,
        requests: 1,
        bytesIn: sum(costs, ({ bytesIn }) => bytesIn),
        writeUnits: TRANSACTION_FACTOR * (units + sum(costs, (cost) => cost.writeUnits)),
      });
      return outcome;
    },
    close: () => store.close(),
  };
}

/** The intake item first, apart; then an update a head. An append only adds to its head, so it is billed by what it made. */
async function meterAppend(store: MetadataStore, meter: Meter, flush: AppendFlush): Promise<AppendOutcome[]> {
  const { intake, appends } = flush;
  const outcomes = await store.append(flush);
  if (intake !== undefined) {
    const bytesIn = itemBytes({ key: inlineIntakeKey(intake.objectId), attributes: {}, data: intake.data });
    meter.add('metadata.intake', { calls: 1, requests: 1, bytesIn, writeUnits: writeUnits(0, bytesIn) });
  }
  let units = 0;
  outcomes.forEach((outcome, index) => {
    const partition = appends[index]?.partition;
    if (partition === undefined || outcome instanceof Error) return;
    const bytes = headBytes(outcome.head, partition);
    units += writeUnits(bytes, bytes);
  });
  const bytesIn = sum(
    appends,
    ({ entry, producers }) => entry.length + sum(producers, ({ state }) => state.length),
  );
  meter.add('metadata.append', { calls: 1, requests: appends.length, bytesIn, writeUnits: units });
  return outcomes;
}

function read(items: readonly (Item | undefined)[]): Pick<Cost, 'bytesOut' | 'readUnits'> {
  return { bytesOut: sum(items, itemBytes), readUnits: sum(items, (item) => readUnits(itemBytes(item))) };
}

function sum<Each>(all: readonly Each[], size: (each: Each) => number): number {
  return all.reduce((total, each) => total + size(each), 0);
}
