import { Duration } from 'aws-cdk-lib';
import {
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { type RivuletMetricName, rivuletMetric } from '../metrics.ts';
import type { Monitored } from './monitored.ts';
import { FIVE_MINUTES, tableSystemErrors, tableThrottles } from './sums.ts';

const COLUMNS = 24;
const HALF = COLUMNS / 2;
const HEIGHT = 6;

const graph = (title: string, left: readonly IMetric[], right: readonly IMetric[] = []): GraphWidget =>
  new GraphWidget({ title, left: [...left], right: [...right], width: HALF, height: HEIGHT });

/** A dashboard's widgets, a row an array: what flows, how well it goes, what carries it. */
export function dashboardWidgets(monitored: Monitored): IWidget[][] {
  const { name } = monitored;
  const own = (metric: RivuletMetricName, label: string, statistic?: string): Metric =>
    rivuletMetric(name, metric, { label, ...(statistic !== undefined && { statistic }) });
  return [
    [
      new TextWidget({
        markdown: `# Rivulet: ${name}\nWhat each number means, and what to do: docs/operating.md.`,
        width: COLUMNS,
        height: 2,
      }),
    ],
    [
      graph('Records', [own('RecordsIn', 'in'), own('RecordsOut', 'out')]),
      graph('Bytes', [own('BytesIn', 'in'), own('BytesOut', 'out')]),
    ],
    [
      requests(monitored),
      graph('Produce latency (ms)', [
        own('ProduceLatency', 'p50', Stats.percentile(50)),
        own('ProduceLatency', 'p99'),
      ]),
    ],
    [
      graph('Group lag (records)', [own('GroupLag', 'the most')]),
      graph('Stores', [
        own('Throttles', 'given up for throttling'),
        own('UnknownOutcomes', 'unknown outcomes'),
        own('Fences', 'fences'),
      ]),
    ],
    ...functionRows(monitored),
    [table(monitored), stored(monitored)],
  ];
}

function requests({ api, name, webFunctionName }: Monitored): GraphWidget {
  const period = FIVE_MINUTES;
  if (api !== undefined) {
    return graph(
      'Requests',
      [api.metricCount({ period, label: 'requests' })],
      [api.metricClientError({ period, label: '4xx' }), api.metricServerError({ period, label: '5xx' })],
    );
  }
  // By search, which finds a metric whatever else it is filed under.
  const classes = ['2XX', '4XX', '5XX'].map((statuses) => `"HTTPResponseStatusClass${statuses}"`);
  const search = new MathExpression({
    expression: `SEARCH('Namespace="AWS/Lambda/Web" "${webFunctionName}" MetricName=(${classes.join(' OR ')})', 'Sum', 300)`,
    label: '',
    period,
  });
  return graph('Requests', [search], [rivuletMetric(name, 'ServerErrors', { label: '5xx' })]);
}

function functionRows({ functions }: Monitored): IWidget[][] {
  const all = Object.entries(functions).map(([label, its]) => [label, its.function] as const);
  if (all.length === 0) return [];
  const period = FIVE_MINUTES;
  return [
    [
      graph(
        'Functions: invocations',
        all.map(([label, each]) => each.metricInvocations({ period, label })),
        all.flatMap(([label, each]) => [
          each.metricErrors({ period, label: `${label} errors` }),
          each.metricThrottles({ period, label: `${label} throttles` }),
        ]),
      ),
      graph(
        'Functions: duration p99 (ms)',
        all.map(([label, each]) => each.metricDuration({ period, label, statistic: Stats.percentile(99) })),
      ),
    ],
  ];
}

function table(monitored: Monitored): GraphWidget {
  const { table: its } = monitored;
  const period = FIVE_MINUTES;
  return graph(
    'Table',
    [
      its.metricConsumedReadCapacityUnits({ period, label: 'read units' }),
      its.metricConsumedWriteCapacityUnits({ period, label: 'write units' }),
    ],
    [tableThrottles(monitored), tableSystemErrors(monitored)],
  );
}

/** S3 tells this once a day. */
function stored({ bucket }: Monitored): GraphWidget {
  const metric = (metricName: string, storageType: string, label: string): Metric =>
    new Metric({
      namespace: 'AWS/S3',
      metricName,
      dimensionsMap: { BucketName: bucket.bucketName, StorageType: storageType },
      statistic: Stats.AVERAGE,
      period: Duration.days(1),
      label,
    });
  return graph(
    'Bucket',
    [metric('BucketSizeBytes', 'StandardStorage', 'bytes')],
    [metric('NumberOfObjects', 'AllStorageTypes', 'objects')],
  );
}
