import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import type { Monitored } from './monitored.ts';

export const FIVE_MINUTES = Duration.minutes(5);

/** What appends, rolls and looks consist of. An alarm is billed for each metric that it adds up. */
const OPERATIONS = [Operation.UPDATE_ITEM, Operation.PUT_ITEM, Operation.GET_ITEM];

/** Several metrics as one; one without a value in a period counts as 0. */
export function sumOf(label: string, metrics: readonly IMetric[]): MathExpression {
  // Several sums may stand in one graph, where no two metrics may have the same id.
  const id = label.toLowerCase().replaceAll(' ', '_');
  const using = Object.fromEntries(metrics.map((metric, index) => [`${id}_${index}`, metric]));
  const filled = Object.keys(using).map((name) => `FILL(${name}, 0)`);
  return new MathExpression({
    label,
    expression: filled.join(' + '),
    usingMetrics: using,
    period: FIVE_MINUTES,
  });
}

type FunctionMetric = 'metricErrors' | 'metricThrottles';

export function functionSum(label: string, { functions }: Monitored, metric: FunctionMetric): MathExpression {
  const of = Object.values(functions).map((each) => each.function[metric]({ period: FIVE_MINUTES }));
  return sumOf(label, of);
}

/** Requests that DynamoDB turned down, whether a repeat went through or not. */
export const tableThrottles = ({ table }: Monitored): MathExpression =>
  sumOf('Throttled requests', [
    tableMetric(table, 'ReadThrottleEvents'),
    tableMetric(table, 'WriteThrottleEvents'),
  ]);

/** Requests that failed inside DynamoDB. */
export const tableSystemErrors = ({ table }: Monitored): MathExpression =>
  sumOf(
    'System errors',
    OPERATIONS.map((operation) => tableMetric(table, 'SystemErrors', { Operation: operation })),
  );

const tableMetric = (
  table: Monitored['table'],
  name: string,
  dimensions: Record<string, string> = {},
): Metric =>
  table.metric(name, {
    dimensionsMap: { TableName: table.tableName, ...dimensions },
    statistic: 'Sum',
    period: FIVE_MINUTES,
  });
