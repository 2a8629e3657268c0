import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Sender } from '../aws/sender.ts';
import { RefusedError } from '../errors.ts';
import type { ItemKey } from '../item.ts';
import type { HeadUpdate } from './head-update.ts';
import { encodeKey, type StoredItem } from './item-codec.ts';

/** One table, and how it is asked. Reads are strongly consistent. */
export interface Table {
  readonly name: string;
  readonly client: DynamoDBClient;
  readonly sender: Sender;
}

/** Done with what stands there now, or refused with what stands there instead. */
export type WriteAnswer =
  | { readonly kind: 'done'; readonly item: StoredItem }
  | { readonly kind: 'refused'; readonly item: StoredItem | undefined };

/** @throws NotDoneError */
export async function getItem(
  { name, client, sender }: Table,
  key: ItemKey,
): Promise<StoredItem | undefined> {
  const command = new GetItemCommand({ TableName: name, Key: encodeKey(key), ConsistentRead: true });
  const { Item } = await sender.read((abortSignal) => client.send(command, { abortSignal }));
  return Item;
}

/** Puts an item whatever stands there. @throws NotDoneError, UnknownOutcomeError */
export async function putItem({ name, client, sender }: Table, item: StoredItem): Promise<void> {
  const command = new PutItemCommand({ TableName: name, Item: item });
  await sender.write((abortSignal) => client.send(command, { abortSignal }));
}

/** One conditional update, sent once. @throws NotDoneError, UnknownOutcomeError */
export async function updateHead({ name, client, sender }: Table, update: HeadUpdate): Promise<WriteAnswer> {
  const command = new UpdateItemCommand({
    ...update,
    TableName: name,
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  try {
    const { Attributes } = await sender.write((abortSignal) => client.send(command, { abortSignal }));
    return { kind: 'done', item: Attributes ?? {} };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { kind: 'refused', item: refusedItems(error)[0] };
  }
}

type TransactItems = NonNullable<ConstructorParameters<typeof TransactWriteItemsCommand>[0]['TransactItems']>;

/**
 * All of the ops or none of them.
 * @throws RefusedError whose `current` holds what stood at each op whose condition did not hold; NotDoneError;
 *   UnknownOutcomeError.
 */
export async function transact({ client, sender }: Table, TransactItems: TransactItems): Promise<void> {
  const command = new TransactWriteItemsCommand({ TransactItems });
  await sender.write((abortSignal) => client.send(command, { abortSignal }));
}

/** What a refusal brought along, one for each op. */
export function refusedItems(error: RefusedError<unknown>): readonly (StoredItem | undefined)[] {
  return error.current as readonly (StoredItem | undefined)[];
}
