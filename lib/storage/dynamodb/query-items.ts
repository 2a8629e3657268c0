import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Query } from '../item.ts';
import type { StoredItem } from './item-codec.ts';
import type { Table } from './table.ts';

/** Page after page (DynamoDB ends one at 1 MB) until there are enough. @throws NotDoneError */
export async function queryItems(
  { name, client, sender }: Table,
  { pk, from = '', to, limit, direction }: Query,
): Promise<StoredItem[]> {
  if (to === '') return [];
  if (to !== undefined && Buffer.compare(Buffer.from(from), Buffer.from(to)) > 0) return [];
  const items: StoredItem[] = [];
  let last: StoredItem | undefined;
  do {
    const command = new QueryCommand({
      TableName: name,
      ConsistentRead: true,
      KeyConditionExpression: conditionOf(from, to),
      ExpressionAttributeValues: {
        ':pk': { S: pk },
        ...(from !== '' && { ':from': { S: from } }),
        ...(to !== undefined && { ':to': { S: to } }),
      },
      ScanIndexForward: direction === 'forward',
      Limit: limit - items.length,
      ...(last && { ExclusiveStartKey: last }),
    });
    const page = await sender.read((abortSignal) => client.send(command, { abortSignal }));
    items.push(...(page.Items ?? []));
    last = page.LastEvaluatedKey;
  } while (last !== undefined && items.length < limit);
  return items;
}

/** No key is empty, so an empty first sort key is an open end, and an empty last one was answered already. */
function conditionOf(from: string, to: string | undefined): string {
  if (from !== '' && to !== undefined) return 'pk = :pk AND sk BETWEEN :from AND :to';
  if (from !== '') return 'pk = :pk AND sk >= :from';
  return to === undefined ? 'pk = :pk' : 'pk = :pk AND sk <= :to';
}
