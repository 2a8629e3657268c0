import type { Route } from '../http/route.ts';

/** Routes that are served together: by a process that does everything, or by one that does one thing. */
export interface RouteSet {
  /** REST v2, and what stands beside it without a version. */
  readonly unversioned: readonly Route[];
  /** REST v3, without its prefix. */
  readonly v3: readonly Route[];
}

/** REST v3 is served under both: the second is where Confluent Server has it. */
export const V3_PREFIXES: readonly string[] = ['/v3', '/kafka/v3'];
