import assert from 'node:assert/strict';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { PartitionKey } from '../head.ts';
import { headKey } from '../keys.ts';
import { encodeKey, type StoredItem } from './item-codec.ts';

/** One conditional update of one head, as UpdateItem and a transaction's Update take it. */
export interface HeadUpdate {
  readonly Key: StoredItem;
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
  readonly ExpressionAttributeNames?: Record<string, string>;
}

/** DynamoDB's limits on one expression (developer guide, "Quotas"). */
const EXPRESSION_BYTES_MAX = 4096;
const OPERATORS_MAX = 300;

interface Parts {
  readonly set?: readonly string[];
  readonly remove?: readonly string[];
  readonly conditions: readonly string[];
  readonly values?: Record<string, AttributeValue>;
  readonly names?: Record<string, string>;
}

/**
 * Puts the parts of an update together. What an update may name is bounded where it is asserted
 * (`assert-request.ts`), so that every expression stays within DynamoDB's limits.
 */
export function headUpdate(partition: PartitionKey, parts: Parts): HeadUpdate {
  const { set = [], remove = [], conditions, values = {}, names = {} } = parts;
  const clauses = [];
  if (set.length > 0) clauses.push(`SET ${set.join(',')}`);
  if (remove.length > 0) clauses.push(`REMOVE ${remove.join(',')}`);
  const UpdateExpression = clauses.join(' ');
  const ConditionExpression = conditions.join(' AND ');
  assert(UpdateExpression.length <= EXPRESSION_BYTES_MAX, `an update of ${UpdateExpression.length} bytes`);
  assert(
    ConditionExpression.length <= EXPRESSION_BYTES_MAX,
    `conditions of ${ConditionExpression.length} bytes`,
  );
  assert(2 * conditions.length <= OPERATORS_MAX, `${conditions.length} conditions`);
  return {
    Key: encodeKey(headKey(partition)),
    UpdateExpression,
    ConditionExpression,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
  };
}
