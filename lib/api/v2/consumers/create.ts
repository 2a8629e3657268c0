import * as z from 'zod';
import type { InstanceConfig } from '../../../group/instances/types.ts';
import { onGroup } from '../../auth/needs.ts';
import { ApiError } from '../../errors/api-error.ts';
import { groupParameters } from '../../groups/parameters.ts';
import { describeIssue } from '../../http/body-schema.ts';
import { V2_ANSWERS } from '../../http/media-types.ts';
import { noParameters } from '../../http/parameters.ts';
import { defineRoute } from '../../http/route.ts';
import { consumesJson, optionalJson } from './common.ts';

/** Confluent's. */
const FETCH_MIN_BYTES_MAX = 10_000_000;
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z
    .string()
    .toLowerCase()
    .pipe(z.enum(values, `has to be one of ${values.join(', ')}`));

/** Confluent's proxy takes numbers and flags as text, too. */
const number = (min: number, max: number) =>
  z
    .union(
      [
        z.int(),
        z
          .string()
          .regex(/^-?\d{1,10}$/)
          .transform(Number),
      ],
      'has to be a whole number',
    )
    .pipe(z.int().min(min, `has to be ${min} at least`).max(max, `has to be ${max} at most`));

const flag = z.union(
  [
    z.boolean(),
    z
      .string()
      .trim()
      .toLowerCase()
      .pipe(z.enum(['true', 'false']))
      .transform((text) => text === 'true'),
  ],
  'has to be true or false',
);

const bodySchema = z.strictObject({
  name: z.string().nullish().describe('Its name; made up when absent.'),
  id: z.string().nullish().describe("Confluent's older word for name."),
  format: oneOf(['binary', 'json'])
    .nullish()
    .describe('How records are shown: binary (base64) or json; binary when absent.'),
  'auto.offset.reset': oneOf(['earliest', 'latest', 'none'])
    .nullish()
    .describe('Where a partition begins that nothing is committed for; latest when absent.'),
  'auto.commit.enable': flag.nullish().describe('Commit by itself what was read; true when absent.'),
  'fetch.min.bytes': number(-1, FETCH_MIN_BYTES_MAX)
    .nullish()
    .describe('A read waits for this much; -1: until it is full or its time is over. 1 when absent.'),
  'consumer.request.timeout.ms': number(0, TIMEOUT_MS_MAX)
    .nullish()
    .describe('How long a read waits that does not say.'),
});

/** The configuration; a name or a value that is none is told by name. @throws ApiError 42204. */
function configOf(parsed: unknown): z.output<typeof bodySchema> {
  const checked = bodySchema.safeParse(parsed);
  if (checked.success) return checked.data;
  const isFormat = checked.error.issues[0]?.path[0] === 'format';
  const hint = isFormat ? ' Schemas (Avro and others) are not supported.' : '';
  throw new ApiError(422, 42204, `Invalid consumer configuration: ${describeIssue(checked.error)}${hint}`);
}

function instanceConfigOf(config: z.output<typeof bodySchema>): InstanceConfig {
  const minBytes = config['fetch.min.bytes'] ?? 1;
  return {
    format: config.format ?? 'binary',
    autoOffsetReset: config['auto.offset.reset'] ?? 'latest',
    autoCommit: config['auto.commit.enable'] ?? true,
    fetchMinBytes: minBytes < 0 ? undefined : minBytes,
    requestTimeoutMs: config['consumer.request.timeout.ms'] ?? undefined,
  };
}

export const createConsumer = defineRoute({
  method: 'post',
  path: '/consumers/{group}',
  dialect: 'v2',
  needs: { path: [onGroup('READ')] },
  summary: 'Make a consumer instance in a group.',
  params: groupParameters,
  query: noParameters,
  consumes: consumesJson(bodySchema),
  isBodyOptional: true,
  produces: V2_ANSWERS,
  answers: {
    200: {
      description: 'Its name, and the URL that its other routes begin with.',
      schema: z.object({ instance_id: z.string(), base_uri: z.string() }),
    },
  },
  async handle(call) {
    const { group } = call.params;
    const config = configOf((await optionalJson(call)) ?? {});
    const given = config.id ?? config.name ?? undefined;
    const name = await call.api.broker.consumers.create(group, given, instanceConfigOf(config));
    const path = `/consumers/${encodeURIComponent(group)}/instances/${encodeURIComponent(name)}`;
    return call.json({ instance_id: name, base_uri: call.publicUrl + path });
  },
});
