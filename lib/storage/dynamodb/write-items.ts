import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { RefusedError } from '../errors.ts';
import type { Condition, Item, Version, WriteOp } from '../item.ts';
import { batchGet } from './batch-get.ts';
import { decodeItem, encodeItem, encodeKey, type StoredItem } from './item-codec.ts';
import { getItem, refusedItems, type Table, transact } from './table.ts';

/**
 * All of the ops or none. One op alone is a plain call: a transaction is billed twice.
 * @throws RefusedError, NotDoneError, UnknownOutcomeError
 */
export async function writeItems(
  table: Table,
  ops: readonly WriteOp[],
  newVersion: () => Version,
): Promise<void> {
  const effective = ops.filter((op) => op.kind !== 'check' || op.condition !== 'none');
  try {
    const [first, ...others] = effective;
    if (first === undefined) return;
    if (others.length === 0) await writeOne(table, first, newVersion);
    else
      await transact(
        table,
        effective.map((op) => transactItem(table.name, op, newVersion)),
      );
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new RefusedError(error.message, await currentOf(table, ops, effective, refusedItems(error)));
  }
}

async function writeOne(table: Table, op: WriteOp, newVersion: () => Version): Promise<void> {
  const { name, client, sender } = table;
  if (op.kind === 'check') return checkOne(table, op);
  const parts = {
    TableName: name,
    ...conditionOf(op.condition),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
  if (op.kind === 'put') {
    const command = new PutItemCommand({ ...parts, Item: encodeItem(op.key, newVersion(), op) });
    await sender.write((abortSignal) => client.send(command, { abortSignal }));
  } else {
    const command = new DeleteItemCommand({ ...parts, Key: encodeKey(op.key) });
    await sender.write((abortSignal) => client.send(command, { abortSignal }));
  }
}

/** DynamoDB has no call for a check alone, and a read says the same. */
async function checkOne(table: Table, { key, condition }: WriteOp): Promise<void> {
  const stored = await getItem(table, key);
  const version = stored && decodeItem(stored).version;
  const holds = condition === 'absent' ? stored === undefined : version === versionOf(condition);
  if (!holds) throw new RefusedError(`${key.pk} / ${key.sk} is not what was checked for`, [stored]);
}

function transactItem(TableName: string, op: WriteOp, newVersion: () => Version) {
  const parts = {
    TableName,
    ...conditionOf(op.condition),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
  if (op.kind === 'put') return { Put: { ...parts, Item: encodeItem(op.key, newVersion(), op) } };
  if (op.kind === 'delete') return { Delete: { ...parts, Key: encodeKey(op.key) } };
  return {
    ConditionCheck: {
      ...parts,
      ConditionExpression: parts.ConditionExpression ?? '',
      Key: encodeKey(op.key),
    },
  };
}

const nobodyPutIt = 'attribute_not_exists(pk)';
const isAsSeen = 'v = :seen'; // versions are never used twice, so this is the very item that was read

function conditionOf(condition: Condition): {
  ConditionExpression?: string;
  ExpressionAttributeValues?: StoredItem;
} {
  if (condition === 'none') return {};
  if (condition === 'absent') return { ConditionExpression: nobodyPutIt };
  return { ConditionExpression: isAsSeen, ExpressionAttributeValues: { ':seen': { S: condition.version } } };
}

function versionOf(condition: Condition): Version | undefined {
  return typeof condition === 'object' ? condition.version : undefined;
}

/**
 * What stands at each op. A refused transaction brings along only those items whose condition did not hold; the
 * others are read, a moment later.
 */
async function currentOf(
  table: Table,
  ops: readonly WriteOp[],
  effective: readonly WriteOp[],
  refused: readonly (StoredItem | undefined)[],
): Promise<(Item | undefined)[]> {
  const brought = new Map(effective.map((op, index) => [op, refused[index]]));
  const missing = ops.length === 1 ? [] : ops.filter((op) => brought.get(op) === undefined);
  const read = await batchGet(
    table,
    missing.map(({ key }) => key),
  );
  for (const [index, op] of missing.entries()) brought.set(op, read[index]);
  return ops.map((op) => {
    const stored = brought.get(op);
    return stored && decodeItem(stored);
  });
}
