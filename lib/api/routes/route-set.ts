import type { Opening } from '../../cluster/cluster.ts';
import type { Route } from '../http/route.ts';
import type { GroupCode } from '../load-groups.ts';

/** Routes that are served together: by a process that does everything, or by one that does one thing. */
export interface RouteSet {
  /** REST v2, and what stands beside it without a version. */
  readonly unversioned: readonly Route[];
  /** REST v3, without its prefix. */
  readonly v3: readonly Route[];
  /** What the broker of these routes has to be opened with. Absent: they need no groups. */
  readonly groups?: GroupCode;
  /** What a process of these routes alone may do to the stores when it opens them. Absent: everything. */
  readonly opening?: Opening;
}

/** REST v3 is served under both: the second is where Confluent Server has it. */
export const V3_PREFIXES: readonly string[] = ['/v3', '/kafka/v3'];
