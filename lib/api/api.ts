import type { StickyPartitioner } from '../kafka/sticky-partitioner.ts';
import type { Broker } from './broker.ts';
import type { Metrics } from './ops/metrics.ts';

/** What all routes of one app share. */
export interface Api {
  readonly broker: Broker;
  readonly metrics: Metrics;
  /** Where records without a key go; one for all requests, so that it can move on from request to request. */
  readonly partitioner: StickyPartitioner;
  /** The OpenAPI document, made at the first call. */
  readonly openApi: () => Promise<string>;
  /** Hears of errors that nobody expected. */
  readonly onBug: (error: unknown) => void;
}
