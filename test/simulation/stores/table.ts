import type { Head, HeadOutcome, PartitionKey } from '../../../lib/storage/head.ts';
import { newHead } from '../../../lib/storage/heads/new-head.ts';
import type {
  Attributes,
  Condition,
  Item,
  ItemKey,
  Query,
  Version,
  WriteOp,
} from '../../../lib/storage/item.ts';
import { headKey, isHeadKey } from '../../../lib/storage/keys.ts';
import { compareText, firstNotBelow } from './text-order.ts';

interface Row {
  readonly version: Version;
  readonly attributes: Attributes;
  readonly data?: Uint8Array;
  readonly head?: Head;
}

/** All items of one partition key, and their sort keys in order. */
interface Rows {
  readonly sks: string[];
  readonly bySk: Map<string, Row>;
}

/** One table in memory. Each method is one request to one item, or one transaction, and takes no time. */
export class Table {
  /** Hears of each item that was put or deleted, at once; within a transaction after each of its ops. */
  watcher: ((key: ItemKey, item: Item | undefined) => void) | undefined;
  readonly #rows = new Map<string, Rows>();
  #versions = 0;

  get({ pk, sk }: ItemKey): Item | undefined {
    const row = this.#rows.get(pk)?.bySk.get(sk);
    return row && toItem({ pk, sk }, row);
  }

  query({ pk, from = '', to, limit, direction }: Query): Item[] {
    const rows = this.#rows.get(pk);
    if (rows === undefined) return [];
    const begin = firstNotBelow(rows.sks, from);
    let end = to === undefined ? rows.sks.length : firstNotBelow(rows.sks, to);
    if (to !== undefined && rows.sks[end] === to) end += 1;
    if (end <= begin) return [];
    const sks =
      direction === 'forward'
        ? rows.sks.slice(begin, Math.min(end, begin + limit))
        : rows.sks.slice(Math.max(begin, end - limit), end).reverse();
    return sks.flatMap((sk) => this.get({ pk, sk }) ?? []);
  }

  /** Whether all conditions held; only then was anything written. */
  write(ops: readonly WriteOp[]): boolean {
    if (!ops.every(({ key, condition }) => this.#holds(key, condition))) return false;
    for (const op of ops) {
      if (op.kind === 'delete') this.delete(op.key);
      else if (op.kind === 'put') this.put(op.key, op);
    }
    return true;
  }

  /** Puts the item under a fresh version, whatever stood there. */
  put({ pk, sk }: ItemKey, { attributes, data }: { attributes: Attributes; data?: Uint8Array }): void {
    const kept = JSON.parse(JSON.stringify(attributes)) as Attributes;
    this.#set({ pk, sk }, { attributes: kept, ...(data && { data: new Uint8Array(data) }) });
  }

  delete({ pk, sk }: ItemKey): void {
    const rows = this.#rows.get(pk);
    if (!rows?.bySk.delete(sk)) return;
    rows.sks.splice(firstNotBelow(rows.sks, sk), 1);
    this.watcher?.({ pk, sk }, undefined);
  }

  getHead(partition: PartitionKey): Head | undefined {
    const { pk, sk } = headKey(partition);
    return this.#rows.get(pk)?.bySk.get(sk)?.head;
  }

  createHead(partition: PartitionKey, leader: number): void {
    if (this.getHead(partition) === undefined) this.#setHead(partition, newHead(leader));
  }

  /** One conditional update of a head: `apply` is its meaning. */
  updateHead(partition: PartitionKey, apply: (head: Head | undefined) => HeadOutcome): HeadOutcome {
    const outcome = apply(this.getHead(partition));
    if (outcome.kind === 'done') this.#setHead(partition, outcome.head);
    return outcome;
  }

  #setHead(partition: PartitionKey, head: Head): void {
    this.#set(headKey(partition), { attributes: {}, head });
  }

  #set({ pk, sk }: ItemKey, row: Omit<Row, 'version'>): void {
    const rows = this.#rows.get(pk) ?? { sks: [], bySk: new Map() };
    this.#rows.set(pk, rows);
    if (!rows.bySk.has(sk)) {
      const last = rows.sks.at(-1);
      const at =
        last === undefined || compareText(last, sk) < 0 ? rows.sks.length : firstNotBelow(rows.sks, sk);
      rows.sks.splice(at, 0, sk);
    }
    this.#versions += 1;
    rows.bySk.set(sk, { ...row, version: `v${this.#versions}` });
    this.watcher?.({ pk, sk }, this.get({ pk, sk }));
  }

  #holds({ pk, sk }: ItemKey, condition: Condition): boolean {
    if (condition === 'none') return true;
    const version = this.#rows.get(pk)?.bySk.get(sk)?.version;
    return condition === 'absent' ? version === undefined : version === condition.version;
  }
}

function toItem(key: ItemKey, { version, attributes, data }: Row): Item {
  if (isHeadKey(key) || data === undefined) return { key, version, attributes };
  return { key, version, attributes, data: new Uint8Array(data) };
}
