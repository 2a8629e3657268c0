import { StoreError, type StoreErrorKind } from './errors.ts';
import type { Head, HeadAppend, HeadOutcome } from './head.ts';
import type { Item, WriteOp } from './item.ts';
import type { AppendOutcome, MetadataStore } from './metadata-store.ts';
import type { ObjectStore } from './object-store.ts';

/** One call to a store, once it is over. Bytes are those of objects, data, entries; attributes are not counted. */
export interface StoreCall {
  readonly store: 'objects' | 'metadata';
  readonly operation: string;
  /** Of several outcomes (an append to several heads) the worst; an error of no kind counts as unknown. */
  readonly outcome: 'done' | StoreErrorKind;
  readonly durationMs: number;
  /** Given to the store. */
  readonly bytesIn: number;
  /** Given by the store. */
  readonly bytesOut: number;
  /** Objects, items or heads that the call named, or, for a list or a query, found. */
  readonly items: number;
  /** Why it was not done, or may not have been; what it raised. */
  readonly error?: unknown;
}

export type StoreObserver = (call: StoreCall) => void;

interface ObservedDeps {
  /** A monotonic clock in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** The same two stores, with each call reported when it is over. */
export function observeStores<Stores extends { objects: ObjectStore; metadata: MetadataStore }>(
  stores: Stores,
  observer: StoreObserver,
  deps: ObservedDeps = {},
): Stores {
  const { now = () => performance.now() } = deps;
  return {
    ...stores,
    objects: observeObjects(stores.objects, reporter('objects', observer, now)),
    metadata: observeMetadata(stores.metadata, reporter('metadata', observer, now)),
  };
}

interface Sizes {
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  readonly items?: number;
  readonly outcome?: StoreCall['outcome'];
  readonly error?: unknown;
}

type Report = <Result>(
  operation: string,
  call: () => Promise<Result>,
  given: Sizes,
  got?: (result: Result) => Sizes,
) => Promise<Result>;

function reporter(store: StoreCall['store'], observer: StoreObserver, now: () => number): Report {
  return async (operation, call, given, got) => {
    const startMs = now();
    const report = (outcome: StoreCall['outcome'], sizes: Sizes) =>
      observer({
        store,
        operation,
        outcome,
        durationMs: now() - startMs,
        bytesIn: 0,
        bytesOut: 0,
        items: 1,
        ...given,
        ...sizes,
      });
    let result: Awaited<ReturnType<typeof call>>;
    try {
      result = await call();
    } catch (error) {
      report(error instanceof StoreError ? error.kind : 'unknown', { error });
      throw error;
    }
    report('done', got?.(result) ?? {});
    return result;
  };
}

function observeObjects(store: ObjectStore, report: Report): ObjectStore {
  return {
    put: (key, parts) => report('put', () => store.put(key, parts), { bytesIn: sum(parts, lengthOf) }),
    get: (key, range) =>
      report(
        'get',
        () => store.get(key, range),
        {},
        (bytes) => ({ bytesOut: lengthOf(bytes) }),
      ),
    delete: (keys) => report('delete', () => store.delete(keys), { items: keys.length }),
    list: (prefix, options) =>
      report(
        'list',
        () => store.list(prefix, options),
        {},
        (found) => ({ items: found.length }),
      ),
    close: () => store.close(),
  };
}

function observeMetadata(store: MetadataStore, report: Report): MetadataStore {
  return {
    inlineBytesMax: store.inlineBytesMax,
    get: (key) =>
      report(
        'get',
        () => store.get(key),
        {},
        (item) => ({ bytesOut: dataLength(item) }),
      ),
    getMany: (keys) =>
      report(
        'getMany',
        () => store.getMany(keys),
        { items: keys.length },
        (items) => ({
          bytesOut: sum(items, dataLength),
        }),
      ),
    query: (query) =>
      report(
        'query',
        () => store.query(query),
        {},
        (items) => ({
          items: items.length,
          bytesOut: sum(items, dataLength),
        }),
      ),
    write: (ops) =>
      report('write', () => store.write(ops), { items: ops.length, bytesIn: sum(ops, opLength) }),
    getHead: (partition) =>
      report(
        'getHead',
        () => store.getHead(partition),
        {},
        (head) => ({ bytesOut: headLength(head) }),
      ),
    getHeads: (partitions) =>
      report(
        'getHeads',
        () => store.getHeads(partitions),
        { items: partitions.length },
        (heads) => ({
          bytesOut: sum(heads, headLength),
        }),
      ),
    createHeads: (partitions, leader) =>
      report('createHeads', () => store.createHeads(partitions, leader), { items: partitions.length }),
    append: (flush) =>
      report(
        'append',
        () => store.append(flush),
        {
          items: flush.appends.length,
          bytesIn: lengthOf(flush.intake?.data) + sum(flush.appends, appendLength),
        },
        worst,
      ),
    trim: (trim) => report('trim', () => store.trim(trim), {}, kindOf),
    lead: (lead) => report('lead', () => store.lead(lead), {}, kindOf),
    advance: (partition, to) => report('advance', () => store.advance(partition, to), {}, kindOf),
    raiseBarrier: (partition, id) =>
      report('raiseBarrier', () => store.raiseBarrier(partition, id), {}, kindOf),
    kill: (partition) => report('kill', () => store.kill(partition), {}, kindOf),
    swap: (swap) =>
      report(
        'swap',
        () => store.swap(swap),
        { items: 1 + swap.put.length + swap.remove.length, bytesIn: sum(swap.put, dataLength) },
        kindOf,
      ),
    close: () => store.close(),
  };
}

const WORST_FIRST = ['unknown', 'notDone', 'refused'] as const;

function worst(outcomes: readonly AppendOutcome[]): Sizes {
  for (const kind of WORST_FIRST) {
    const found = outcomes.find((outcome) => outcome.kind === kind);
    if (found !== undefined) return { outcome: kind, ...(found instanceof StoreError && { error: found }) };
  }
  return { outcome: 'done' };
}

function kindOf({ kind }: HeadOutcome): Sizes {
  return { outcome: kind };
}

function sum<Each>(all: readonly Each[], size: (each: Each) => number): number {
  let total = 0;
  for (const each of all) total += size(each);
  return total;
}

function lengthOf(bytes: Uint8Array | undefined): number {
  return bytes?.length ?? 0;
}

function dataLength(item: Pick<Item, 'data'> | undefined): number {
  return lengthOf(item?.data);
}

function opLength(op: WriteOp): number {
  return op.kind === 'put' ? lengthOf(op.data) : 0;
}

function appendLength({ entry, producers }: HeadAppend): number {
  return entry.length + sum(producers, ({ state }) => state.length);
}

function headLength(head: Head | undefined): number {
  if (head === undefined) return 0;
  return sum(head.entries, ({ entry }) => entry.length) + sum([...head.producers.values()], lengthOf);
}
