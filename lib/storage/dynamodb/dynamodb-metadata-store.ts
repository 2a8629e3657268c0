import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Offset } from '../../kafka/types.ts';
import { assertItemKey, assertItemKeys, assertQuery, assertWriteOps } from '../assert-request.ts';
import { type AwsOptions, clientOptions, limitsOf, systemClock } from '../aws/client-options.ts';
import { Sender } from '../aws/sender.ts';
import { forEachBounded } from '../for-each-bounded.ts';
import type { Head, HeadLead, HeadOutcome, HeadTrim, ObjectId, PartitionKey } from '../head.ts';
import { applyAdvance } from '../heads/advance.ts';
import { assertAppend } from '../heads/append.ts';
import { applyKill } from '../heads/kill.ts';
import { applyLead } from '../heads/lead.ts';
import { newHead } from '../heads/new-head.ts';
import { applyRaiseBarrier } from '../heads/raise-barrier.ts';
import { assertSwap } from '../heads/swap.ts';
import { applyTrim, assertTrim } from '../heads/trim.ts';
import type { Item, ItemKey, Query, Version, WriteOp } from '../item.ts';
import { headKey } from '../keys.ts';
import type { AppendFlush, AppendOutcome, HeadSwap, MetadataStore } from '../metadata-store.ts';
import { appendFlush } from './append-flush.ts';
import { batchGet } from './batch-get.ts';
import { changeHead } from './change-head.ts';
import { checkTable } from './check-table.ts';
import { createHead } from './create-head.ts';
import { decodeHead } from './head-codec.ts';
import type { HeadUpdate } from './head-update.ts';
import { advanceUpdate } from './heads/advance.ts';
import { killUpdate } from './heads/kill.ts';
import { leadUpdate } from './heads/lead.ts';
import { raiseBarrierUpdate } from './heads/raise-barrier.ts';
import { trimUpdate } from './heads/trim.ts';
import { decodeItem } from './item-codec.ts';
import { queryItems } from './query-items.ts';
import { swapHead } from './swap-head.ts';
import { getItem, type Table } from './table.ts';
import { writeItems } from './write-items.ts';

export interface DynamoDBMetadataStoreOptions extends AwsOptions {
  readonly table: string;
  /** @default 4,096: up to there an item write is cheaper than a PUT to S3, and ten times faster */
  readonly inlineBytesMax?: number;
  /** Must never give the same text twice, to anybody. @default 12 random bytes */
  readonly newVersion?: () => Version;
}

/** A metadata store on one DynamoDB table, with what only this home has. */
export interface DynamoDBMetadataStore extends MetadataStore {
  /** @throws NotDoneError when the table is not there, not ready, not ours, or may not be asked. */
  check(): Promise<void>;
  /** The same store for a caller with another deadline; closing either closes both. */
  within(deadlineMs: number): MetadataStore;
}

const INLINE_BYTES_MAX = 4096;
const LIMITS = { attemptMs: 3000, deadlineMs: 10_000 };
const HEADS_AT_ONCE = 32;

/** Nothing is sent yet: the table is first asked by the first call. */
export function openDynamoDBMetadataStore(options: DynamoDBMetadataStoreOptions): DynamoDBMetadataStore {
  const { table: name, region, endpoint, inlineBytesMax = INLINE_BYTES_MAX, clock = systemClock } = options;
  const { newVersion = () => randomBytes(12).toString('base64url') } = options;
  const client = new DynamoDBClient(clientOptions(options));
  const where = [region && ` in ${region}`, endpoint && ` at ${endpoint}`].filter(Boolean).join('');
  const sender = new Sender(`DynamoDB table "${name}"${where}`, limitsOf(options, LIMITS), clock);
  return new Store({ name, client, sender }, inlineBytesMax, newVersion);
}

class Store implements DynamoDBMetadataStore {
  readonly inlineBytesMax: number;
  readonly #table: Table;
  readonly #newVersion: () => Version;

  constructor(table: Table, inlineBytesMax: number, newVersion: () => Version) {
    this.inlineBytesMax = inlineBytesMax;
    this.#table = table;
    this.#newVersion = newVersion;
  }

  within(deadlineMs: number): MetadataStore {
    const table = { ...this.#table, sender: this.#table.sender.within(deadlineMs) };
    return new Store(table, this.inlineBytesMax, this.#newVersion);
  }

  check(): Promise<void> {
    return this.#do((table) => checkTable(table));
  }

  async get(key: ItemKey): Promise<Item | undefined> {
    assertItemKey(key);
    const stored = await this.#do((table) => getItem(table, key));
    return stored && decodeItem(stored);
  }

  async getMany(keys: readonly ItemKey[]): Promise<(Item | undefined)[]> {
    assertItemKeys(keys);
    const stored = await this.#do((table) => batchGet(table, keys));
    return stored.map((each) => each && decodeItem(each));
  }

  async query(query: Query): Promise<Item[]> {
    assertQuery(query);
    const stored = await this.#do((table) => queryItems(table, query));
    return stored.map(decodeItem);
  }

  async write(ops: readonly WriteOp[]): Promise<void> {
    assertWriteOps(ops);
    await this.#do((table) => writeItems(table, ops, this.#newVersion));
  }

  async getHead(partition: PartitionKey): Promise<Head | undefined> {
    const stored = await this.#do((table) => getItem(table, headKey(partition)));
    return stored && decodeHead(stored);
  }

  async getHeads(partitions: readonly PartitionKey[]): Promise<(Head | undefined)[]> {
    const stored = await this.#do((table) => batchGet(table, partitions.map(headKey)));
    return stored.map((each) => each && decodeHead(each));
  }

  async createHeads(partitions: readonly PartitionKey[], leader: number): Promise<void> {
    await this.#do((table) =>
      forEachBounded(partitions, HEADS_AT_ONCE, (partition) => createHead(table, partition, newHead(leader))),
    );
  }

  async append(flush: AppendFlush): Promise<AppendOutcome[]> {
    flush.appends.forEach(assertAppend);
    return this.#do((table) => appendFlush(table, flush, this.#newVersion));
  }

  async trim(trim: HeadTrim): Promise<HeadOutcome> {
    assertTrim(trim);
    return this.#change(trimUpdate(trim), (head) => applyTrim(head, trim));
  }

  async lead(lead: HeadLead): Promise<HeadOutcome> {
    return this.#change(leadUpdate(lead), (head) => applyLead(head, lead));
  }

  async advance(partition: PartitionKey, to: Offset): Promise<HeadOutcome> {
    return this.#change(advanceUpdate(partition, to), (head) => applyAdvance(head, to));
  }

  async raiseBarrier(partition: PartitionKey, id: ObjectId): Promise<HeadOutcome> {
    return this.#change(raiseBarrierUpdate(partition, id), (head) => applyRaiseBarrier(head, id));
  }

  async kill(partition: PartitionKey): Promise<HeadOutcome> {
    return this.#change(killUpdate(partition), applyKill);
  }

  async swap(swap: HeadSwap): Promise<HeadOutcome> {
    assertSwap(swap);
    return this.#do((table) => swapHead(table, swap, this.#newVersion));
  }

  async close(): Promise<void> {
    await this.#table.sender.close();
    this.#table.client.destroy();
  }

  #change(update: HeadUpdate, apply: (head: Head | undefined) => HeadOutcome): Promise<HeadOutcome> {
    return this.#do((table) => changeHead(table, update, apply));
  }

  #do<Result>(work: (table: Table) => Promise<Result>): Promise<Result> {
    return this.#table.sender.operation(() => work(this.#table));
  }
}
