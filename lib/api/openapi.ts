import * as z from 'zod';
import { JSON_TYPE, RECORD_BATCH } from './http/media-types.ts';
import type { BodySchema, Route } from './http/route.ts';
import { allRoutes } from './routes/all.ts';
import { V3_PREFIXES } from './routes/route-set.ts';

type Json = Record<string, unknown>;

const errorSchema = z.object({
  error_code: z.int().describe('The HTTP status, or a code of its own that begins with it.'),
  message: z.string().describe('What is wrong, and what to change.'),
});

/** Numbers in a path or query are text to the validator; to a client they are numbers. */
function withoutPattern({ jsonSchema }: { jsonSchema: Json }): void {
  if (jsonSchema.type === 'integer') delete jsonSchema.pattern;
}

/** The part of a JSON Schema that a document of its own would repeat. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: withoutPattern,
  });
  return rest;
}

function parametersOf(schema: z.ZodObject, place: 'path' | 'query' | 'header'): Json[] {
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...its }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: its,
  }));
}

function requestBodyOf(consumes: Readonly<Record<string, BodySchema>>, isOptional = false): Json {
  const content = Object.entries(consumes).map(([mediaType, schema]) => [
    mediaType,
    { schema: 'bytes' in schema ? { description: schema.bytes } : schemaOf(schema, 'input') },
  ]);
  return { required: !isOptional, content: Object.fromEntries(content) };
}

function answersOf({ answers, produces }: Route): Json {
  const entries = Object.entries(answers).map(([status, { description, schema }]): [string, Json] => {
    if (status === '204') return [status, { description }];
    const its = schema === undefined ? {} : { schema: schemaOf(schema, 'output') };
    const content = produces.map((mediaType) => [mediaType, mediaType === RECORD_BATCH ? {} : its]);
    return [status, { description, content: Object.fromEntries(content) }];
  });
  return {
    ...Object.fromEntries(entries),
    default: { $ref: '#/components/responses/Error' },
  };
}

function operationOf(route: Route): Json {
  return {
    summary: route.summary,
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...(route.headers === undefined ? [] : parametersOf(route.headers, 'header')),
    ],
    ...(route.consumes !== undefined && { requestBody: requestBodyOf(route.consumes, route.isBodyOptional) }),
    responses: answersOf(route),
  };
}

function document(): Json {
  const [v3Prefix = ''] = V3_PREFIXES;
  const paths: Record<string, Json> = {};
  const add = (path: string, route: Route): void => {
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  };
  for (const route of allRoutes.unversioned) add(route.path, route);
  for (const route of allRoutes.v3) add(v3Prefix + route.path, route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rivulet',
      version: '2 and 3',
      description: `Kafka's log over HTTP. The paths under ${V3_PREFIXES[0]} are served under ${V3_PREFIXES[1]} too.`,
    },
    paths,
    components: {
      responses: {
        Error: {
          description: 'Anything that went wrong.',
          content: { [JSON_TYPE]: { schema: schemaOf(errorSchema, 'output') } },
        },
      },
    },
  };
}

let text: string | undefined;

/** This API as an OpenAPI 3.1 document, made at the first call from the schemas that validate the requests. */
export function openApiText(): string {
  text ??= JSON.stringify(document());
  return text;
}
