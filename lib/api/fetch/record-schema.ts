import * as z from 'zod';

/** A record as every route shows it that reads some. */
export const recordSchema = z.object({
  topic: z.string(),
  key: z.unknown().describe('Base64, or JSON; null when there is none.'),
  value: z.unknown().describe('Base64, or JSON; null when there is none.'),
  partition: z.int(),
  offset: z.int(),
  timestamp: z.int().describe('Milliseconds since 1970.'),
  headers: z.array(z.object({ name: z.string(), value: z.string().nullable().describe('Base64.') })),
});
