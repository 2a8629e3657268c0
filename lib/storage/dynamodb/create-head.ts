import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { RefusedError } from '../errors.ts';
import type { Head, PartitionKey } from '../head.ts';
import { encodeHead } from './head-codec.ts';
import type { Table } from './table.ts';

const nobodyMadeIt = 'attribute_not_exists(pk)'; // I1: a head that exists holds offsets that were acknowledged

/** One that exists is left as it is. @throws NotDoneError, UnknownOutcomeError */
export async function createHead(
  { name, client, sender }: Table,
  partition: PartitionKey,
  head: Head,
): Promise<void> {
  const command = new PutItemCommand({
    TableName: name,
    Item: encodeHead(partition, head),
    ConditionExpression: nobodyMadeIt,
  });
  try {
    await sender.write((abortSignal) => client.send(command, { abortSignal }));
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
  }
}
