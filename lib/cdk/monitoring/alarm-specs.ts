import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { rivuletMetric } from '../metrics.ts';
import type { AlarmOptions } from './alarm-options.ts';
import type { Monitored } from './monitored.ts';
import { FIVE_MINUTES, functionSum, tableSystemErrors, tableThrottles } from './sums.ts';

export interface AlarmSpec {
  /** Its name in the stack. */
  readonly id: string;
  readonly metric: IMetric;
  /** It goes off at this much. */
  readonly threshold: number;
  /** Of this many periods in a row … @default 1 */
  readonly periods?: number;
  /** … so many have to reach the threshold. @default all of them */
  readonly reaching?: number;
  /** What has happened, and what to do first. */
  readonly says: string;
  /** The heading in docs/operating.md that tells the rest. */
  readonly section: string;
}

const QUARTER_OF_AN_HOUR = 3;

/** The alarms of a deployment. */
export function alarmSpecs(monitored: Monitored, options: AlarmOptions): AlarmSpec[] {
  return [
    serverErrors(monitored, options),
    ...functionAlarms(monitored),
    ...tableAlarms(monitored),
    ...brokerAlarms(monitored.name, options),
  ];
}

function serverErrors({ api, name }: Monitored, { serverErrors: threshold = 5 }: AlarmOptions): AlarmSpec {
  return {
    id: 'ServerErrors',
    // API Gateway counts its own too: a function that it could not reach, or that took too long.
    metric: api?.metricServerError({ period: FIVE_MINUTES }) ?? rivuletMetric(name, 'ServerErrors'),
    threshold,
    says: 'Requests are answered with 5xx. Read the warnings in the logs: they name the store and what to do.',
    section: 'Server errors',
  };
}

function functionAlarms(monitored: Monitored): AlarmSpec[] {
  if (Object.keys(monitored.functions).length === 0) return [];
  return [
    {
      id: 'FunctionErrors',
      metric: functionSum('Function errors', monitored, 'metricErrors'),
      threshold: 1,
      says: 'A function ended without an answer: it did not start, ran out of time or memory, or died. Read the end of its log.',
      section: 'Function errors',
    },
    {
      id: 'FunctionThrottles',
      metric: functionSum('Function throttles', monitored, 'metricThrottles'),
      threshold: 1,
      says: 'Lambda turned requests away because too many run at once. Ask for a higher concurrency quota, or reserve some for these functions.',
      section: 'Throttled functions',
    },
  ];
}

function tableAlarms(monitored: Monitored): AlarmSpec[] {
  return [
    {
      id: 'TableThrottles',
      metric: tableThrottles(monitored),
      threshold: 1,
      periods: QUARTER_OF_AN_HOUR,
      says: 'DynamoDB has throttled requests for a quarter of an hour. Spread the load over more partitions of the topic, or raise the quotas of the table.',
      section: 'Throttled table',
    },
    {
      id: 'TableSystemErrors',
      metric: tableSystemErrors(monitored),
      threshold: 5,
      says: 'DynamoDB fails by itself. Look at the AWS Health Dashboard; nothing is lost, and nothing has to be repaired.',
      section: 'System errors of the table',
    },
  ];
}

function brokerAlarms(name: string, options: AlarmOptions): AlarmSpec[] {
  const { produceLatencyMs = 3_000, groupLagRecords = 10_000 } = options;
  const { unknownOutcomes = 10, fencesPerMinute = 10 } = options;
  return [
    {
      id: 'StoreThrottles',
      metric: rivuletMetric(name, 'Throttles'),
      threshold: 1,
      says: 'Calls to a store were given up because it went on throttling them, so requests failed. The warnings in the logs name the store.',
      section: 'Throttled stores',
    },
    {
      id: 'ProduceLatency',
      metric: rivuletMetric(name, 'ProduceLatency'),
      threshold: produceLatencyMs,
      periods: QUARTER_OF_AN_HOUR,
      says: 'One in a hundred produce requests takes too long. See whether starts, the table or the bucket take the time.',
      section: 'Produce latency',
    },
    {
      id: 'UnknownOutcomes',
      metric: rivuletMetric(name, 'UnknownOutcomes'),
      threshold: unknownOutcomes,
      says: 'Calls to a store got no clear answer, again and again. Each is fenced and looked for, so nothing is doubled; find out why answers are lost.',
      section: 'Unknown outcomes',
    },
    {
      id: 'Fences',
      metric: rivuletMetric(name, 'Fences', { period: Duration.minutes(1) }),
      threshold: fencesPerMinute,
      periods: 5,
      reaching: 3,
      says: 'Leader epochs are raised again and again. See whether another broker id uses the same table, or answers of the stores are lost.',
      section: 'Fences',
    },
    {
      id: 'GroupLag',
      metric: rivuletMetric(name, 'GroupLag'),
      threshold: groupLagRecords,
      periods: QUARTER_OF_AN_HOUR,
      says: 'A consumer group is far behind. See which by GET /groups/{group}/lags, then whether its consumers run and are enough.',
      section: 'Group lag',
    },
  ];
}
