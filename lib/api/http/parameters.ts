import * as z from 'zod';
import { type ApiError, badParameter } from '../errors/api-error.ts';

export const noParameters = z.strictObject({});

const WHOLE_NUMBER = /^\d{1,16}$/;

/** A whole number from 0 to 2^53 - 1 in a path or query. */
export const wholeNumber = z
  .string()
  .regex(WHOLE_NUMBER, 'has to be a whole number from 0')
  .transform(Number)
  .refine(Number.isSafeInteger, 'is beyond 2^53 - 1')
  .meta({ type: 'integer', minimum: 0 });

export const topicParameter = z.string().describe('Name of the topic.');

/** Kept as text: what is no number is a partition that does not exist. */
export const partitionParameter = z
  .string()
  .meta({ type: 'integer', minimum: 0 })
  .describe('Partition number.');

function firstIssue(error: z.ZodError, known: readonly string[]): string {
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const takes = known.length === 0 ? 'takes none' : `takes ${known.join(', ')}`;
    return `Unknown query parameter ${issue.keys.join(', ')}: this route ${takes}.`;
  }
  return `Query parameter ${issue?.path.join('.')} ${issue?.message}.`;
}

/** @throws ApiError 400, 40002: a parameter that is unknown, given twice, or not what it has to be. */
export function parseQuery(url: string, schema: z.ZodObject): Record<string, unknown> {
  const given: Record<string, string> = {};
  const mark = url.indexOf('?');
  if (mark >= 0) {
    for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) {
      if (Object.hasOwn(given, name)) throw badParameter(`Query parameter ${name} is given twice.`);
      given[name] = value;
    }
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw queryError(parsed.error, schema);
}

const queryError = (error: z.ZodError, schema: z.ZodObject): ApiError =>
  badParameter(firstIssue(error, Object.keys(schema.shape)));
