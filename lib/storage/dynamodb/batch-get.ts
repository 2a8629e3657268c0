import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { forEachBounded } from '../for-each-bounded.ts';
import type { ItemKey } from '../item.ts';
import { encodeKey, type StoredItem } from './item-codec.ts';
import { getItem, type Table } from './table.ts';

/** Of one BatchGetItem. */
const KEYS_MAX = 100;
const BATCHES_AT_ONCE = 4;

export async function batchGet(table: Table, keys: readonly ItemKey[]): Promise<(StoredItem | undefined)[]> {
  const [only] = keys;
  if (only === undefined) return [];
  if (keys.length === 1) return [await getItem(table, only)];
  const distinct = [...new Map(keys.map((key) => [idOf(key), key])).values()];
  const batches = [];
  for (let at = 0; at < distinct.length; at += KEYS_MAX) batches.push(distinct.slice(at, at + KEYS_MAX));
  const found = new Map<string, StoredItem>();
  await forEachBounded(batches, BATCHES_AT_ONCE, async (batch) => {
    for (const item of await getBatch(table, batch.map(encodeKey))) {
      found.set(idOf({ pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' }), item);
    }
  });
  return keys.map((key) => found.get(idOf(key)));
}

/** DynamoDB answers as many as fit into 16 MB and into its capacity, and names the rest. */
async function getBatch(
  { name, client, sender }: Table,
  batch: readonly StoredItem[],
): Promise<StoredItem[]> {
  const items: StoredItem[] = [];
  let left = [...batch];
  while (left.length > 0) {
    const command = new BatchGetItemCommand({
      RequestItems: { [name]: { Keys: left, ConsistentRead: true } },
    });
    left = await sender.read(async (abortSignal) => {
      const { Responses, UnprocessedKeys } = await client.send(command, { abortSignal });
      const answered = Responses?.[name] ?? [];
      const unprocessed = UnprocessedKeys?.[name]?.Keys ?? [];
      if (answered.length === 0 && unprocessed.length === left.length) throw new NothingProcessedError();
      items.push(...answered);
      return unprocessed;
    });
  }
  return items;
}

/** Named as what it is to the error table: the sender waits, and asks again until its deadline. */
class NothingProcessedError extends Error {
  override readonly name = 'ThrottlingException';

  constructor() {
    super('no key of the batch was processed');
  }
}

const idOf = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk]);
