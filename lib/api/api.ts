import type { Authorizer } from '../cluster/acls/authorizer.ts';
import type { StickyPartitioner } from '../kafka/sticky-partitioner.ts';
import type { Authenticator } from './auth/authenticator.ts';
import type { Broker } from './broker.ts';
import type { ApiMetrics } from './ops/api-metrics.ts';

/** What all routes of one app share. */
export interface Api {
  readonly broker: Broker;
  readonly metrics: ApiMetrics;
  /** Absent: everybody is anonymous. */
  readonly authenticator?: Authenticator;
  /** Absent: everybody may do everything. */
  readonly authorizer?: Authorizer;
  /** Where records without a key go; one for all requests, so that it can move on from request to request. */
  readonly partitioner: StickyPartitioner;
  /** The OpenAPI document, made at the first call. */
  readonly openApi: () => Promise<string>;
  /** Hears of errors that nobody expected. */
  readonly onBug: (error: unknown) => void;
}
