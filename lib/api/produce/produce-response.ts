import * as z from 'zod';
import { kafkaAnswer } from '../errors/api-error.ts';
import type { Call } from '../http/call.ts';
import type { Outcome } from './produce-records.ts';

const offsetSchema = z.object({
  partition: z.int().nullable(),
  offset: z.int().nullable().describe('Null too for a repeat that is too old for its place to be known.'),
  error_code: z.int().nullable(),
  error: z.string().nullable(),
});

export const produceResponseSchema = z.object({
  offsets: z.array(offsetSchema).describe('One for each record, in their order; one for each record batch.'),
  key_schema_id: z.null(),
  value_schema_id: z.null(),
  error_code: z.int().optional().describe('Only when nothing at all was stored.'),
  message: z.string().optional(),
});

function entryOf(outcome: Outcome): string {
  if (outcome.error === undefined) {
    return `{"partition":${outcome.partition},"offset":${outcome.offset},"error_code":null,"error":null}`;
  }
  const { errorCode, message } = kafkaAnswer(outcome.error);
  const error = JSON.stringify(`${outcome.error.error}: ${message}`);
  return `{"partition":null,"offset":null,"error_code":${errorCode},"error":${error}}`;
}

/**
 * v2's answer to a produce request: 200 with an entry a record, also when some of them failed. When all of them
 * did, the status is that of the first failure, so that nobody takes it for success.
 */
export function produceResponse(call: Call<unknown, unknown>, outcomes: readonly Outcome[]): Response {
  const offsets = outcomes.map(entryOf).join(',');
  const body = `"offsets":[${offsets}],"key_schema_id":null,"value_schema_id":null`;
  const first = outcomes[0]?.error;
  if (first === undefined || outcomes.some(({ error }) => error === undefined))
    return call.send(200, `{${body}}`);
  const { status, errorCode, message, headers } = kafkaAnswer(first);
  return call.send(
    status,
    `{"error_code":${errorCode},"message":${JSON.stringify(message)},${body}}`,
    headers,
  );
}
