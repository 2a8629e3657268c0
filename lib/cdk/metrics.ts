import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';

/** Where the functions' metrics are, as lib/lambda/telemetry/metric-names.ts has it. */
const NAMESPACE = 'Rivulet';
const DIMENSION = 'service';

/** Metrics with the statistic that says most about each. */
export const statistics = {
  RecordsIn: Stats.SUM,
  RecordsOut: Stats.SUM,
  BytesIn: Stats.SUM,
  BytesOut: Stats.SUM,
  ServerErrors: Stats.SUM,
  ProduceLatency: Stats.percentile(99),
  Throttles: Stats.SUM,
  Fences: Stats.SUM,
  UnknownOutcomes: Stats.SUM,
  GroupLag: Stats.MAXIMUM,
} as const;

export type RivuletMetricName = keyof typeof statistics;

/** A metric of the functions, over five minutes unless the options say otherwise. */
export function rivuletMetric(service: string, name: RivuletMetricName, options: MetricOptions = {}): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName: name,
    dimensionsMap: { [DIMENSION]: service },
    statistic: statistics[name],
    ...options,
  });
}
