import type { z } from 'zod';
import { unprocessable } from '../errors/api-error.ts';
import { parseJson, textOf } from '../http/body.ts';
import { describeIssue } from '../http/body-schema.ts';
import type { Call } from '../http/call.ts';

/** What v2 takes. @throws ApiError 422. */
export function check<Schema extends z.ZodType>(schema: Schema, parsed: unknown): z.output<Schema> {
  const checked = schema.safeParse(parsed);
  if (checked.success) return checked.data;
  throw unprocessable(describeIssue(checked.error));
}

/** @throws ApiError 400 when it is not JSON; 413; 422. */
export async function jsonBody<Schema extends z.ZodType>(
  call: Call<unknown, unknown>,
  schema: Schema,
): Promise<z.output<Schema>> {
  return check(schema, parseJson(textOf(await call.body())));
}
