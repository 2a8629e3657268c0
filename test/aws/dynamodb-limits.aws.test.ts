import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asEpoch, asOffset } from '../../lib/kafka/types.ts';
import {
  type DynamoDBMetadataStore,
  openDynamoDBMetadataStore,
} from '../../lib/storage/dynamodb/dynamodb-metadata-store.ts';
import type { HeadAppend, PartitionKey, ProducerUpdate } from '../../lib/storage/head.ts';
import { APPEND_PRODUCERS_MAX } from '../../lib/storage/heads/append.ts';
import { TRIM_ENTRIES_MAX, TRIM_PRODUCERS_MAX } from '../../lib/storage/heads/trim.ts';
import type { WriteOp } from '../../lib/storage/item.ts';
import { kinds } from '../storage/metadata-store-contract/given.ts';
import { dynamodb, newTable, type TestTable } from './endpoints.ts';

/** What the contract allows, DynamoDB takes: its limits on expressions, items, transactions and pages. */
let made: TestTable;
let store: DynamoDBMetadataStore;

beforeAll(async () => {
  made = await newTable();
  store = openDynamoDBMetadataStore({ ...dynamodb, table: made.table });
});

afterAll(async () => {
  await store.close();
  await made.remove();
});

let topics = 0;

async function newPartition(): Promise<PartitionKey> {
  topics += 1;
  const partition = { topicId: `${'t'.repeat(22)}${topics}`, partition: 999_999 };
  await store.createHeads([partition], 1);
  return partition;
}

/** As long as append ids, producer ids and states are. */
const appendId = (n: number): string => `append-${String(n).padStart(4, '0')}`;
const producerId = (n: number): string => String(Number.MAX_SAFE_INTEGER - n);
const state = (n: number): Uint8Array => new Uint8Array(27).fill(n);

function append(partition: PartitionKey, n: number, producers: readonly ProducerUpdate[] = []): HeadAppend {
  const entry = new Uint8Array(43 + 22 * producers.length).fill(n);
  return { partition, appendId: appendId(n), epoch: asEpoch(0), count: 1, entry, objectId: 'm', producers };
}

describe('an expression', () => {
  test('takes an append of as many producers as one may have, new ones and then known ones', async () => {
    const partition = await newPartition();
    const ids = Array.from({ length: APPEND_PRODUCERS_MAX }, (_, n) => producerId(n));
    const fresh = ids.map((id, n) => ({ producerId: id, state: state(n), seen: { absentAtEvictions: 0 } }));
    const known = ids.map((id, n) => ({ producerId: id, state: state(n + 1), seen: state(n) }));
    expect(kinds(await store.append({ appends: [append(partition, 1, fresh)] }))).toEqual(['done']);
    expect(kinds(await store.append({ appends: [append(partition, 2, fresh)] }))).toEqual(['refused']);
    expect(kinds(await store.append({ appends: [append(partition, 3, known)] }))).toEqual(['done']);
    expect((await store.getHead(partition))?.producers.size).toBe(APPEND_PRODUCERS_MAX);
    const tooMany = [...fresh, { producerId: '0', state: state(0), seen: { absentAtEvictions: 0 } }];
    await expect(store.append({ appends: [append(partition, 4, tooMany)] })).rejects.toThrow(/65 producers/);
  });

  test('takes a trim of as many entries and producers as one may have', async () => {
    const partition = await newPartition();
    const ids = Array.from({ length: TRIM_PRODUCERS_MAX }, (_, n) => producerId(n));
    const producers = ids.map((id, n) => ({
      producerId: id,
      state: state(n),
      seen: { absentAtEvictions: 0 },
    }));
    const numbers = Array.from({ length: TRIM_ENTRIES_MAX }, (_, n) => n);
    await store.append({ appends: [append(partition, 0, producers)] });
    for (const n of [...numbers.slice(1), TRIM_ENTRIES_MAX])
      await store.append({ appends: [append(partition, n)] });
    const trim = {
      partition,
      from: asOffset(0),
      to: asOffset(TRIM_ENTRIES_MAX),
      remove: numbers.map(appendId),
      evict: ids.map((id, n) => ({ producerId: id, written: state(n) })),
    };
    const stale = {
      ...trim,
      evict: trim.evict.with(-1, { producerId: producerId(TRIM_PRODUCERS_MAX - 1), written: state(9) }),
    };
    expect((await store.trim(stale)).kind).toBe('refused');
    const outcome = await store.trim(trim);
    expect(outcome.kind).toBe('done');
    expect(outcome.head?.entries.map((entry) => entry.appendId)).toEqual([appendId(TRIM_ENTRIES_MAX)]);
    expect(outcome.head).toMatchObject({ evictions: 1, producers: new Map() });
    await expect(store.trim({ ...trim, remove: [...trim.remove, 'x'] })).rejects.toThrow(/201 entries/);
    await expect(store.trim({ ...trim, evict: [...trim.evict, ...trim.evict] })).rejects.toThrow(
      /100 producers/,
    );
  }, 60_000);
});

describe('an item', () => {
  const put = (sk: string, bytes: number): WriteOp => ({
    kind: 'put',
    key: { pk: 'large', sk },
    attributes: {},
    data: new Uint8Array(bytes).fill(7),
    condition: 'none',
  });

  test('may have 400,000 bytes under the longest of keys, and more are a bug', async () => {
    const key = { pk: 'p'.repeat(2048), sk: 's'.repeat(1024) };
    await store.write([{ ...put('', 399_998), key }]); // and `{}`
    expect((await store.get(key))?.data?.length).toBe(399_998);
    await expect(store.write([put('a', 399_999)])).rejects.toThrow(/400001 bytes/);
  });

  test('may be one of many in a write of 2,000,000 bytes, and more are a bug', async () => {
    await store.write(Array.from({ length: 5 }, (_, n) => put(`k${n}`, 399_998)));
    const six = Array.from({ length: 6 }, (_, n) => put(`k${n}`, 399_998));
    await expect(store.write(six)).rejects.toThrow(/2400000 bytes/);
  });

  test('is found by query and by key also where all of them are more than a page or a batch', async () => {
    for (let n = 0; n < 48; n += 4) {
      await store.write(
        Array.from({ length: 4 }, (_, each) => put(`q${String(n + each).padStart(2, '0')}`, 380_000)),
      );
    }
    const wanted = Array.from({ length: 48 }, (_, n) => `q${String(n).padStart(2, '0')}`);
    const found = await store.query({ pk: 'large', from: 'q', to: 'q~', limit: 1000, direction: 'forward' });
    expect(found.map(({ key }) => key.sk)).toEqual(wanted);
    const some = await store.query({ pk: 'large', from: 'q', to: 'q~', limit: 7, direction: 'backward' });
    expect(some.map(({ key }) => key.sk)).toEqual(wanted.toReversed().slice(0, 7));
    const many = await store.getMany(wanted.map((sk) => ({ pk: 'large', sk }))); // 18 MB, and a batch holds 16
    expect(many.map((item) => item?.data?.length)).toEqual(wanted.map(() => 380_000));
  }, 60_000);
});

describe('a head', () => {
  test('of a hundred entries with as many batches as one may name, and fifty producers, is taken', async () => {
    const partition = await newPartition();
    const producers = Array.from({ length: 50 }, (_, n) => ({
      producerId: producerId(n),
      state: state(n),
      seen: { absentAtEvictions: 0 },
    }));
    await store.append({ appends: [append(partition, 0, producers)] });
    for (let n = 1; n < 100; n += 1) {
      const entry = new Uint8Array(43 + 22 * 64).fill(n);
      expect(kinds(await store.append({ appends: [{ ...append(partition, n), entry }] }))).toEqual(['done']);
    }
    expect((await store.getHead(partition))?.entries.length).toBe(100);
  }, 60_000);

  test('that has grown beyond 400 KB is said to need a roll, and takes a trim', async () => {
    const partition = await newPartition();
    const large = (n: number) => ({ ...append(partition, n), entry: new Uint8Array(40_000) });
    let n = 0;
    let outcome = (await store.append({ appends: [large(n)] }))[0];
    while (outcome?.kind === 'done' && n < 12) {
      n += 1;
      outcome = (await store.append({ appends: [large(n)] }))[0];
    }
    expect(outcome).toMatchObject({
      kind: 'notDone',
      retriable: true,
      message: expect.stringMatching(/roll/),
    });
    const remove = Array.from({ length: n }, (_, each) => appendId(each));
    const trim = { partition, from: asOffset(0), to: asOffset(n), remove, evict: [] };
    expect((await store.trim(trim)).kind).toBe('done');
  });
});
