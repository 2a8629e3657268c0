import { asOffset, type Offset } from '../../../lib/kafka/types.ts';
import {
  assertItemKey,
  assertItemKeys,
  assertQuery,
  assertWriteOps,
} from '../../../lib/storage/assert-request.ts';
import { NotDoneError, RefusedError, StoreError, UnknownOutcomeError } from '../../../lib/storage/errors.ts';
import type {
  Head,
  HeadAppend,
  HeadLead,
  HeadOutcome,
  HeadTrim,
  ObjectId,
  PartitionKey,
} from '../../../lib/storage/head.ts';
import { applyAdvance } from '../../../lib/storage/heads/advance.ts';
import { applyAppend } from '../../../lib/storage/heads/append.ts';
import { applyKill } from '../../../lib/storage/heads/kill.ts';
import { applyLead } from '../../../lib/storage/heads/lead.ts';
import { applyRaiseBarrier } from '../../../lib/storage/heads/raise-barrier.ts';
import { applySwap, assertSwap } from '../../../lib/storage/heads/swap.ts';
import { applyTrim } from '../../../lib/storage/heads/trim.ts';
import type { Item, ItemKey, Query, WriteOp } from '../../../lib/storage/item.ts';
import { inlineIntakeKey } from '../../../lib/storage/keys.ts';
import type {
  AppendFlush,
  AppendOutcome,
  HeadSwap,
  MetadataStore,
} from '../../../lib/storage/metadata-store.ts';
import { describeHead } from './describe-head.ts';
import type { Table } from './table.ts';
import type { RequestKind, Wire } from './wire.ts';

/**
 * The metadata store on a table in memory, request by request as DynamoDB is asked: a flush is the intake's item and
 * then an update a head, each with a fate of its own; what reads several items reads them one after the other.
 */
export class SimulatedMetadataStore implements MetadataStore {
  readonly inlineBytesMax: number;
  readonly #table: Table;
  readonly #wire: Wire;
  #isOpen = true;

  constructor(table: Table, wire: Wire, inlineBytesMax: number) {
    this.#table = table;
    this.#wire = wire;
    this.inlineBytesMax = inlineBytesMax;
  }

  async get(key: ItemKey): Promise<Item | undefined> {
    assertItemKey(key);
    return this.#read('get', key.sk, () => this.#table.get(key));
  }

  async getMany(keys: readonly ItemKey[]): Promise<(Item | undefined)[]> {
    assertItemKeys(keys);
    return Promise.all(keys.map((key) => this.#read('getMany', key.sk, () => this.#table.get(key))));
  }

  /** In two requests where there is more than one item, so that others may write in between. */
  async query(query: Query): Promise<Item[]> {
    assertQuery(query);
    const { direction, limit } = query;
    const about = `${query.from ?? ''}..${query.to ?? ''} ${direction}`;
    const first = await this.#read('query', about, () =>
      this.#table.query({ ...query, limit: Math.ceil(limit / 2) }),
    );
    const last = first.at(-1);
    if (last === undefined || first.length < Math.ceil(limit / 2) || first.length === limit) return first;
    const rest = limit - first.length + 1;
    const range = direction === 'forward' ? { from: last.key.sk } : { to: last.key.sk };
    const more = await this.#read('query', about, () =>
      this.#table.query({ ...query, ...range, limit: rest }),
    );
    return [...first, ...more.filter(({ key }) => key.sk !== last.key.sk)].slice(0, limit);
  }

  async write(ops: readonly WriteOp[]): Promise<void> {
    assertWriteOps(ops);
    const about = ops.map(({ kind, key }) => `${kind} ${key.sk}`).join(', ');
    // What is sent is what it is now, however late it arrives.
    const sent = ops.map((op) =>
      op.kind === 'put' && op.data ? { ...op, data: new Uint8Array(op.data) } : op,
    );
    return this.#send('write', about, () => {
      if (this.#table.write(sent)) return;
      const current = sent.map(({ key }) => this.#table.get(key));
      throw new RefusedError('a condition of the write does not hold', current);
    });
  }

  async getHead(partition: PartitionKey): Promise<Head | undefined> {
    return this.#read('getHead', describePartition(partition), () => this.#table.getHead(partition));
  }

  async getHeads(partitions: readonly PartitionKey[]): Promise<(Head | undefined)[]> {
    return Promise.all(
      partitions.map((each) =>
        this.#read('getHeads', describePartition(each), () => this.#table.getHead(each)),
      ),
    );
  }

  async createHeads(partitions: readonly PartitionKey[], leader: number): Promise<void> {
    await Promise.all(
      partitions.map((each) =>
        this.#send('createHeads', describePartition(each), () => this.#table.createHead(each, leader)),
      ),
    );
  }

  async append({ intake, appends }: AppendFlush): Promise<AppendOutcome[]> {
    if (intake !== undefined) {
      const data = new Uint8Array(intake.data);
      const key = inlineIntakeKey(intake.objectId);
      await this.#send('intake', key.sk, () => this.#table.put(key, { attributes: {}, data }));
    }
    const outcomes: AppendOutcome[] = new Array(appends.length);
    const lanes = Map.groupBy(appends.keys(), (index) => {
      const append = appends[index];
      return append === undefined ? '' : describePartition(append.partition);
    });
    // Heads side by side; two updates of one head one after the other.
    await Promise.all(
      Array.from(lanes.values(), async (indexes) => {
        for (const index of indexes) {
          const append = appends[index];
          if (append !== undefined) outcomes[index] = await this.#append(append);
        }
      }),
    );
    return outcomes;
  }

  async #append(append: HeadAppend): Promise<AppendOutcome> {
    const { partition, appendId, epoch, count } = append;
    const about = `${describePartition(partition)} ${appendId} epoch ${epoch} +${count}`;
    const work = () => this.#table.updateHead(partition, (head) => applyAppend(head, append));
    try {
      const kind = append.producers.length === 0 ? 'append' : 'sequenced append';
      return await this.#request('append', kind, about, work);
    } catch (error) {
      if (error instanceof NotDoneError || error instanceof UnknownOutcomeError) return error;
      if (error instanceof StoreError)
        throw new Error('a head operation is refused by value', { cause: error });
      throw error;
    }
  }

  async trim(trim: HeadTrim): Promise<HeadOutcome> {
    const about = `${trim.from} to ${trim.to}, ${trim.evict.length} producers leave`;
    return this.#change('trim', trim.partition, about, (head) => applyTrim(head, trim));
  }

  async lead(lead: HeadLead): Promise<HeadOutcome> {
    const about = `to broker ${lead.to}, seen epoch ${lead.seen}`;
    return this.#change('lead', lead.partition, about, (head) => applyLead(head, lead));
  }

  async advance(partition: PartitionKey, to: Offset): Promise<HeadOutcome> {
    return this.#change('advance', partition, `to ${to}`, (head) => applyAdvance(head, asOffset(to)));
  }

  async raiseBarrier(partition: PartitionKey, id: ObjectId): Promise<HeadOutcome> {
    return this.#change('raiseBarrier', partition, id, (head) => applyRaiseBarrier(head, id));
  }

  async kill(partition: PartitionKey): Promise<HeadOutcome> {
    return this.#change('kill', partition, '', applyKill);
  }

  async swap(swap: HeadSwap): Promise<HeadOutcome> {
    assertSwap(swap);
    return this.#send('swap', describePartition(swap.partition), () => {
      const outcome = this.#table.updateHead(swap.partition, (head) => applySwap(head, swap));
      if (outcome.kind === 'refused') return outcome;
      for (const put of swap.put) this.#table.put(put.key, put);
      for (const key of swap.remove) this.#table.delete(key);
      return outcome;
    });
  }

  async close(): Promise<void> {
    this.#isOpen = false;
  }

  #change(
    operation: string,
    partition: PartitionKey,
    what: string,
    apply: (head: Head | undefined) => HeadOutcome,
  ): Promise<HeadOutcome> {
    const about = `${describePartition(partition)} ${what}`;
    return this.#send(operation, about, () => this.#table.updateHead(partition, apply));
  }

  #read<Result>(operation: string, about: string, work: () => Result): Promise<Result> {
    return this.#request(operation, 'read', about, work);
  }

  #send<Result>(operation: string, about: string, work: () => Result): Promise<Result> {
    return this.#request(operation, 'write', about, work);
  }

  #request<Result>(operation: string, kind: RequestKind, about: string, work: () => Result): Promise<Result> {
    if (!this.#isOpen) throw new NotDoneError('the store was closed', { retriable: false });
    return this.#wire.request({ operation: `metadata.${operation}`, kind, about, work });
  }
}

const describePartition = ({ topicId, partition }: PartitionKey): string => `${topicId}/${partition}`;

/** What a trace says of an answer. */
export function describeAnswer(answer: unknown): string {
  if (answer instanceof Error) return `${answer.name}: ${answer.message}`;
  if (typeof answer !== 'object' || answer === null) return answer === undefined ? '' : String(answer);
  if ('kind' in answer && 'head' in answer) {
    return `${String(answer.kind)}, ${describeHead(answer.head as Head | undefined)}`;
  }
  if ('epoch' in answer && 'entries' in answer) return describeHead(answer as Head);
  if (Array.isArray(answer)) return `${answer.length} of them`;
  return 'there';
}
