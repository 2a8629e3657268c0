import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Offset } from '../../kafka/types.ts';
import { assertItemKey, assertItemKeys, assertQuery, assertWriteOps } from '../assert-request.ts';
import { NotDoneError, RefusedError, UnknownOutcomeError } from '../errors.ts';
import type { Head, HeadAppend, HeadLead, HeadOutcome, HeadTrim, ObjectId, PartitionKey } from '../head.ts';
import { applyAdvance } from '../heads/advance.ts';
import { applyAppend } from '../heads/append.ts';
import { decodeHead, encodeHead } from '../heads/codec.ts';
import { applyKill } from '../heads/kill.ts';
import { applyLead } from '../heads/lead.ts';
import { newHead } from '../heads/new-head.ts';
import { applyRaiseBarrier } from '../heads/raise-barrier.ts';
import { applySwap, assertSwap } from '../heads/swap.ts';
import { applyTrim } from '../heads/trim.ts';
import type { Condition, Item, ItemKey, Query, Version, WriteOp } from '../item.ts';
import { headKey, inlineIntakeKey } from '../keys.ts';
import type { AppendFlush, AppendOutcome, HeadSwap, MetadataStore } from '../metadata-store.ts';
import { ItemRows } from './item-rows.ts';
import { openDatabase } from './open-database.ts';
import { isSqliteError, notDone } from './sqlite-errors.ts';
import { Transactions } from './transaction.ts';

export interface SqliteMetadataStoreOptions {
  /** @default 128 KiB: up to there one commit with the bytes in it is faster than a file of its own. */
  readonly inlineBytesMax?: number;
  /** How long a call waits, holding up its thread, while another process writes. @default 2,000 */
  readonly busyTimeoutMs?: number;
  /** Must never give the same text twice, to anybody. @default 12 random bytes */
  readonly newVersion?: () => Version;
}

const INLINE_BYTES_MAX = 128 * 1024;
const BUSY_TIMEOUT_MS = 2000;

/**
 * The metadata of one broker in one SQLite file (WAL, synchronous = full). Several processes may use it at once.
 * @throws NotDoneError when the file cannot be opened, is damaged, or is another program's or version's.
 */
export async function openSqliteMetadataStore(
  file: string,
  options: SqliteMetadataStoreOptions = {},
): Promise<MetadataStore> {
  const { inlineBytesMax = INLINE_BYTES_MAX, busyTimeoutMs = BUSY_TIMEOUT_MS } = options;
  const { newVersion = () => randomBytes(12).toString('base64url') } = options;
  const database = await openDatabase(file, { busyTimeoutMs });
  return new SqliteMetadataStore({ file, database, inlineBytesMax, newVersion });
}

interface Parts {
  readonly file: string;
  readonly database: DatabaseSync;
  readonly inlineBytesMax: number;
  readonly newVersion: () => Version;
}

class SqliteMetadataStore implements MetadataStore {
  readonly inlineBytesMax: number;
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #rows: ItemRows;
  readonly #transactions: Transactions;

  constructor({ file, database, inlineBytesMax, newVersion }: Parts) {
    this.inlineBytesMax = inlineBytesMax;
    this.#file = file;
    this.#database = database;
    this.#rows = new ItemRows(file, database, newVersion);
    this.#transactions = new Transactions(file, database);
  }

  async get(key: ItemKey): Promise<Item | undefined> {
    assertItemKey(key);
    return this.#read(() => this.#rows.get(key));
  }

  async getMany(keys: readonly ItemKey[]): Promise<(Item | undefined)[]> {
    assertItemKeys(keys);
    return this.#read(() => keys.map((key) => this.#rows.get(key)));
  }

  async query(query: Query): Promise<Item[]> {
    assertQuery(query);
    return this.#read(() => this.#rows.query(query));
  }

  async write(ops: readonly WriteOp[]): Promise<void> {
    assertWriteOps(ops);
    await this.#transactSoon(() => {
      const refused = ops.some((op) => !holds(op.condition, () => this.#rows.version(op.key)));
      if (refused) {
        const current = ops.map((op) => this.#rows.get(op.key));
        throw new RefusedError('a condition of the write does not hold', current);
      }
      for (const op of ops) {
        if (op.kind === 'put') this.#rows.put(op.key, op);
        else if (op.kind === 'delete') this.#rows.delete(op.key);
      }
    });
  }

  async getHead(partition: PartitionKey): Promise<Head | undefined> {
    return this.#read(() => this.#head(partition));
  }

  async getHeads(partitions: readonly PartitionKey[]): Promise<(Head | undefined)[]> {
    return this.#read(() => partitions.map((partition) => this.#head(partition)));
  }

  async createHeads(partitions: readonly PartitionKey[], leader: number): Promise<void> {
    await this.#transactSoon(() => {
      for (const partition of partitions) {
        if (this.#rows.version(headKey(partition)) === undefined) this.#putHead(partition, newHead(leader));
      }
    });
  }

  /** One transaction for the whole flush: it costs one fsync, and the intake is kept if any head changed. */
  async append({ intake, appends }: AppendFlush): Promise<AppendOutcome[]> {
    try {
      return this.#transact(() => {
        if (intake) this.#rows.put(inlineIntakeKey(intake.objectId), { attributes: {}, data: intake.data });
        return appends.map((append) => this.#append(append));
      });
    } catch (error) {
      if (error instanceof UnknownOutcomeError) return appends.map(() => error);
      if (error instanceof NotDoneError && intake === undefined) return appends.map(() => error);
      throw error; // the intake was not kept, and no head was touched
    }
  }

  async trim(trim: HeadTrim): Promise<HeadOutcome> {
    return this.#change(trim.partition, (head) => applyTrim(head, trim));
  }

  async lead(lead: HeadLead): Promise<HeadOutcome> {
    return this.#change(lead.partition, (head) => applyLead(head, lead));
  }

  async advance(partition: PartitionKey, to: Offset): Promise<HeadOutcome> {
    return this.#change(partition, (head) => applyAdvance(head, to));
  }

  async raiseBarrier(partition: PartitionKey, id: ObjectId): Promise<HeadOutcome> {
    return this.#change(partition, (head) => applyRaiseBarrier(head, id));
  }

  async kill(partition: PartitionKey): Promise<HeadOutcome> {
    return this.#change(partition, applyKill);
  }

  async swap(swap: HeadSwap): Promise<HeadOutcome> {
    assertSwap(swap);
    return this.#transactSoon(() => {
      const outcome = this.#applyTo(swap.partition, (head) => applySwap(head, swap));
      if (outcome.kind === 'refused') return outcome;
      for (const put of swap.put) this.#rows.put(put.key, put);
      for (const key of swap.remove) this.#rows.delete(key);
      return outcome;
    });
  }

  async close(): Promise<void> {
    if (!this.#database.isOpen) return;
    this.#transactions.runWaiting();
    this.#database.close();
  }

  #append(append: HeadAppend): HeadOutcome {
    return this.#applyTo(append.partition, (head) => applyAppend(head, append));
  }

  #change(partition: PartitionKey, apply: (head: Head | undefined) => HeadOutcome): Promise<HeadOutcome> {
    return this.#transactSoon(() => this.#applyTo(partition, apply));
  }

  /** Only within a transaction. */
  #applyTo(partition: PartitionKey, apply: (head: Head | undefined) => HeadOutcome): HeadOutcome {
    const outcome = apply(this.#head(partition));
    if (outcome.kind === 'done') this.#putHead(partition, outcome.head);
    return outcome;
  }

  #head(partition: PartitionKey): Head | undefined {
    const item = this.#rows.get(headKey(partition));
    return item?.data && decodeHead(item.data);
  }

  #putHead(partition: PartitionKey, head: Head): void {
    this.#rows.put(headKey(partition), { attributes: {}, data: encodeHead(head) });
  }

  #read<Result>(work: () => Result): Result {
    this.#assertOpen();
    try {
      return work();
    } catch (error) {
      throw isSqliteError(error) ? notDone(this.#file, error) : error;
    }
  }

  #transact<Result>(work: () => Result): Result {
    this.#assertOpen();
    return this.#transactions.run(work);
  }

  /** For whatever is less urgent than an append: what comes at once shares one commit. */
  async #transactSoon<Result>(work: () => Result): Promise<Result> {
    this.#assertOpen();
    return this.#transactions.runTogether(work);
  }

  #assertOpen(): void {
    if (!this.#database.isOpen) throw new NotDoneError(`${this.#file} was closed`, { retriable: false });
  }
}

function holds(condition: Condition, version: () => Version | undefined): boolean {
  if (condition === 'none') return true;
  if (condition === 'absent') return version() === undefined;
  return version() === condition.version;
}
