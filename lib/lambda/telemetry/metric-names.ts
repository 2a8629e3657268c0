/** Where CloudWatch files the metrics. */
export const NAMESPACE = 'Rivulet';

/** The only dimension: the name of the deployment. Each further one would be billed as so many more metrics. */
export const DIMENSION = 'service';

/**
 * Every metric with its unit. CloudWatch bills each by the month in which it had a value, and the first ten of an
 * account not at all: so there are no more than ten. How many requests there were is told for nothing by API Gateway
 * and Lambda.
 */
export const metricUnits = {
  /** Records that were appended; those of a request that is repeated under an Idempotency-Key count again. */
  RecordsIn: 'Count',
  /** Records that were read. */
  RecordsOut: 'Count',
  /** Of request bodies. */
  BytesIn: 'Bytes',
  /** Of answer bodies. */
  BytesOut: 'Bytes',
  /** Requests that were answered with 5xx. */
  ServerErrors: 'Count',
  /** From a produce request of REST v2 to its answer. Fetches are left out, for they wait for records. */
  ProduceLatency: 'Milliseconds',
  /** Calls that were given up because a store went on throttling them until their deadline. */
  Throttles: 'Count',
  /** Leader epochs that were raised, after an outcome that nobody knew, for a repeat, or to take a partition over. */
  Fences: 'Count',
  /** Calls to a store that may have been done. */
  UnknownOutcomes: 'Count',
  /** Records between a consumer group and the end of a partition: the most that was seen. */
  GroupLag: 'Count',
} as const;

export type MetricName = keyof typeof metricUnits;
