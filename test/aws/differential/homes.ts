import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { RefusedError, StoreError } from '../../../lib/storage/errors.ts';
import type { Head, PartitionKey } from '../../../lib/storage/head.ts';
import { newHead } from '../../../lib/storage/heads/new-head.ts';
import type { MetadataStore } from '../../../lib/storage/metadata-store.ts';
import { hex, plain } from '../../storage/head-commands.ts';

/** What the pure functions made of the heads so far, and how many commands have run. */
export interface Model {
  readonly heads: Map<PartitionKey, Head>;
  count: number;
}

/** Two homes that are told the same, on partitions and keys that nobody used before. */
export class Homes {
  readonly partitions: readonly [PartitionKey, PartitionKey];
  readonly pk: string;
  /** What was seen so far, as `append done`: a test that meets too little shows too little. */
  readonly met: Set<string>;
  readonly #embedded: MetadataStore;
  readonly #dynamodb: MetadataStore;
  /** The first version that each home gave an item: later on a former one. */
  readonly #former = new Map<MetadataStore, Map<string, string>>();

  constructor(embedded: MetadataStore, dynamodb: MetadataStore, name: string, met: Set<string>) {
    this.met = met;
    this.#embedded = embedded;
    this.#dynamodb = dynamodb;
    this.pk = `items of ${name}`;
    const topicId = `topic of ${name}`;
    this.partitions = [
      { topicId, partition: 0 },
      { topicId, partition: 1 },
    ];
  }

  async open(): Promise<Model> {
    await this.same((store) => store.createHeads(this.partitions, 1));
    return { heads: new Map(this.partitions.map((partition) => [partition, newHead(1)])), count: 0 };
  }

  /** Gives the call to both homes, asserts that they answer alike, and returns what they answered. */
  async same(call: (store: MetadataStore) => Promise<unknown>): Promise<unknown> {
    const [embedded, dynamodb] = await Promise.all([
      answer(this.#embedded, call),
      answer(this.#dynamodb, call),
    ]);
    assertSame('DynamoDB answers as SQLite', shown(dynamodb), shown(embedded));
    return dynamodb;
  }

  /** A version of this item in this home: the one it has, or the first that it had. */
  async versionOf(store: MetadataStore, sk: string, which: 'current' | 'former'): Promise<string> {
    const former = this.#former.get(store) ?? new Map<string, string>();
    this.#former.set(store, former);
    const version = (await store.get({ pk: this.pk, sk }))?.version ?? 'no version';
    if (!former.has(sk)) former.set(sk, version);
    return which === 'current' ? version : (former.get(sk) ?? version);
  }

  /** The heads are what the pure functions made of them, and all items are alike. */
  async check(model: Model): Promise<void> {
    for (const partition of this.partitions) {
      const head = (await this.same((store) => store.getHead(partition))) as Head;
      assertSame('the head is as the model says', plain(head), plain(model.heads.get(partition)));
    }
    await this.same((store) => store.query({ pk: this.pk, limit: 1000, direction: 'forward' }));
  }
}

async function answer(
  store: MetadataStore,
  call: (store: MetadataStore) => Promise<unknown>,
): Promise<unknown> {
  try {
    return await call(store);
  } catch (error) {
    if (error instanceof RefusedError) return { refused: error.current };
    throw error;
  }
}

/** As a plain value without versions, which no two homes give alike. */
export function shown(value: unknown): unknown {
  if (value instanceof StoreError) throw value;
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  if (isHead(value)) return plain(value);
  const fields = Object.entries(value).filter(([name]) => name !== 'version');
  return Object.fromEntries(fields.map(([name, field]) => [name, shown(field)]));
}

function isHead(value: object): value is Head {
  return 'entries' in value && 'producers' in value;
}

export function assertSame(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  assert.deepEqual(actual, expected, `${what}:\n${JSON.stringify(actual)}\n${JSON.stringify(expected)}`);
  assert.fail(`${what}, but for absent fields`);
}
