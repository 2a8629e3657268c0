import { DescribeTableCommand, type KeySchemaElement, type TableDescription } from '@aws-sdk/client-dynamodb';
import { NotDoneError } from '../errors.ts';
import type { Table } from './table.ts';

/** States in which a table takes reads and writes (API reference, TableDescription). */
const USABLE: readonly string[] = ['ACTIVE', 'UPDATING'];

/** @throws NotDoneError that names the table and what to do, when it is not there, not ready or not ours. */
export async function checkTable({ name, client, sender }: Table): Promise<void> {
  const command = new DescribeTableCommand({ TableName: name });
  const { Table: found } = await sender.read((abortSignal) => client.send(command, { abortSignal }));
  const has = keysOf(found);
  if (has !== 'pk HASH S, sk RANGE S') {
    const message = `DynamoDB table "${name}" has the keys ${has}, and needs pk HASH S, sk RANGE S: name another table`;
    throw new NotDoneError(message, { retriable: false });
  }
  const status = found?.TableStatus ?? 'unknown';
  if (!USABLE.includes(status)) {
    const message = `DynamoDB table "${name}" is ${status}: wait until it is ACTIVE`;
    throw new NotDoneError(message, { retriable: true });
  }
}

function keysOf({ KeySchema = [], AttributeDefinitions = [] }: TableDescription = {}): string {
  const types = new Map(AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
  const shown = (key: KeySchemaElement): string =>
    `${key.AttributeName} ${key.KeyType} ${types.get(key.AttributeName)}`;
  return KeySchema.map(shown).join(', ');
}
