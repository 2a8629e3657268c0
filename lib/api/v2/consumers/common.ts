import * as z from 'zod';
import { groupParameter } from '../../groups/parameters.ts';
import { parseJson, textOf } from '../../http/body.ts';
import type { Call } from '../../http/call.ts';
import { BINARY_V2, JSON_TYPE, JSON_V2, V2_JSON } from '../../http/media-types.ts';
import type { BodySchema } from '../../http/route.ts';
import { check } from '../json-body.ts';

export const instanceParameters = z.strictObject({
  group: groupParameter,
  instance: z.string().describe('Name of the consumer instance.'),
});

/** As JSON has it, or, as Confluent's proxy takes it too, as text. */
export const wholeJsonNumber = z.union(
  [
    z.int().min(0),
    z
      .string()
      .regex(/^\d{1,16}$/)
      .transform(Number)
      .pipe(z.int()),
  ],
  'has to be a whole number from 0',
);

export const partitionSchema = z.strictObject({ topic: z.string(), partition: wholeJsonNumber });

export const partitionsSchema = z.strictObject({ partitions: z.array(partitionSchema) });

/** What a consumer's routes take: whatever Confluent's take, since the body is JSON all the same. */
export function consumesJson(schema: BodySchema): Readonly<Record<string, BodySchema>> {
  return Object.fromEntries([V2_JSON, JSON_TYPE, BINARY_V2, JSON_V2].map((mediaType) => [mediaType, schema]));
}

/** What the JSON body says; `undefined` when there is none, or it is null. @throws ApiError 400, 413. */
export async function optionalJson(call: Call<unknown, unknown>): Promise<unknown> {
  const text = textOf(await call.body());
  return text.trim() === '' ? undefined : (parseJson(text) ?? undefined);
}

/** The same, when it is what it has to be. @throws ApiError 400, 413, 422. */
export async function optionalBody<Schema extends z.ZodType>(
  call: Call<unknown, unknown>,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const parsed = await optionalJson(call);
  return parsed === undefined ? undefined : check(schema, parsed);
}
