import type { z } from 'zod';
import type { Needs } from '../auth/needs.ts';
import type { Call } from './call.ts';

/** Which of Confluent's two APIs a route belongs to: they answer some errors differently. */
export type Dialect = 'v2' | 'v3';

/** What a body must be. Bytes have no schema; the description says what they are. */
export type BodySchema = z.ZodType | { readonly bytes: string };

export interface Answer {
  readonly description: string;
  /** Absent when there is no body, or none of JSON. */
  readonly schema?: z.ZodType;
}

/**
 * A route as data. The adapter in `mount.ts` checks path, query, Accept and Content-Type by it before `handle`
 * is called; `openapi.ts` describes it from the same schemas.
 */
export interface Route<Params extends z.ZodObject = z.ZodObject, Query extends z.ZodObject = z.ZodObject> {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** With parameters in braces: `/topics/{topic}`. */
  readonly path: string;
  readonly dialect: Dialect;
  readonly summary: string;
  /** Answers anybody, also who does not say who they are: it tells nothing that matters. */
  readonly isPublic?: true;
  /** What its caller must be allowed. A route that does not say is shut, where there are rules. */
  readonly needs?: Needs;
  readonly params: Params;
  /** Parameters that are not named here are refused. */
  readonly query: Query;
  /** Headers that mean something to it, for the document; it reads them itself. */
  readonly headers?: z.ZodObject;
  /** Media type to schema; absent when the route takes no body. */
  readonly consumes?: Readonly<Record<string, BodySchema>>;
  /** The body may be left out; and where it is not, its Content-Type may, as with Confluent's proxy. */
  readonly isBodyOptional?: true;
  /** Media types that it can answer with, the preferred one first. */
  readonly produces: readonly string[];
  /** By status, the successful ones. */
  readonly answers: Readonly<Record<number, Answer>>;
  handle(call: Call<z.output<Params>, z.output<Query>>): Response | Promise<Response>;
}

/** Infers the types of `handle` from the schemas, then forgets them, so that all routes fit one list. */
export function defineRoute<Params extends z.ZodObject, Query extends z.ZodObject>(
  route: Route<Params, Query>,
): Route {
  return route as unknown as Route;
}
