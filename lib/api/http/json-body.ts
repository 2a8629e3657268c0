import type { z } from 'zod';
import type { ApiError } from '../errors/api-error.ts';
import { parseJson, textOf } from './body.ts';
import { describeIssue } from './body-schema.ts';
import type { Call } from './call.ts';

/** How a dialect checks JSON, and reads it from a request. */
export interface JsonChecks {
  /** @throws ApiError: the dialect's, of what the schema does not take. */
  check<Schema extends z.ZodType>(schema: Schema, parsed: unknown): z.output<Schema>;
  /** @throws ApiError 400 when it is not JSON; 413; the dialect's. */
  jsonBody<Schema extends z.ZodType>(call: Call<unknown, unknown>, schema: Schema): Promise<z.output<Schema>>;
}

/** @param refuse The dialect's error for JSON that can be read, and says what the route does not take. */
export function jsonChecks(refuse: (message: string) => ApiError): JsonChecks {
  const check: JsonChecks['check'] = (schema, parsed) => {
    const checked = schema.safeParse(parsed);
    if (checked.success) return checked.data;
    throw refuse(describeIssue(checked.error));
  };
  return { check, jsonBody: async (call, schema) => check(schema, parseJson(textOf(await call.body()))) };
}
