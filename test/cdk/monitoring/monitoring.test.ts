import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import { rivuletMetric, statistics } from '../../../lib/cdk/metrics.ts';
import { Monitoring, type MonitoringProps } from '../../../lib/cdk/monitoring/monitoring.ts';
import {
  DIMENSION,
  type MetricName,
  metricUnits,
  NAMESPACE,
} from '../../../lib/lambda/telemetry/metric-names.ts';
import { newApp, newRivulet } from '../synth.ts';

interface Alarm {
  readonly AlarmDescription: string;
  readonly TreatMissingData: string;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
}

const operating = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
const headings = [...operating.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);

function functionOf(stack: Stack, name: string): { function: LambdaFunction } {
  return {
    function: new LambdaFunction(stack, name, {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => undefined'),
    }),
  };
}

/** A deployment of either kind, looked at as the properties say. */
function monitored(
  kind: 'http-api' | 'web-function',
  choose: (stack: Stack) => Pick<MonitoringProps, 'dashboard' | 'alarms'>,
): Template {
  const stack = new Stack(newApp(), 'Test');
  const table = new Table(stack, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  const bucket = new Bucket(stack, 'Bucket');
  const endpoint =
    kind === 'http-api'
      ? {
          api: new HttpApi(stack, 'Api'),
          functions: { produce: functionOf(stack, 'Produce'), fetch: functionOf(stack, 'Fetch') },
        }
      : { webFunctionName: 'serve', functions: {} };
  new Monitoring(stack, 'Monitoring', { name: 'quakes', table, bucket, ...endpoint, ...choose(stack) });
  return Template.fromStack(stack);
}

const alarmsOf = (template: Template): [id: string, alarm: Alarm][] =>
  Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => [
    id,
    Properties as Alarm,
  ]);

const kinds = ['http-api', 'web-function'] as const;

test.each(kinds)('%s: nothing is made that nobody asked for, as it is billed while nothing flows', (kind) => {
  const template = monitored(kind, () => ({}));
  template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
});

test.each([
  ['http-api', 10],
  ['web-function', 8],
] as const)('%s: %i alarms say what to do, and where it is told in full', (kind, count) => {
  const alarms = alarmsOf(monitored(kind, () => ({ alarms: true })));
  expect(alarms.length).toBe(count);
  for (const [id, alarm] of alarms) {
    expect(alarm.TreatMissingData, id).toBe('notBreaching');
    expect(alarm.AlarmDescription.length, id).toBeLessThan(1_024);
    const [, says, section] =
      alarm.AlarmDescription.match(/^(.{40,}) More in docs\/operating\.md, "(.+)"\.$/) ?? [];
    expect(says, id).toBeDefined();
    expect(headings, id).toContain(section);
    expect(alarm.AlarmActions, id).toBeUndefined();
  }
});

test('thresholds and who is told can be chosen', () => {
  const template = monitored('http-api', (stack) => ({
    alarms: { groupLagRecords: 7, serverErrors: 3, actions: [new SnsAction(new Topic(stack, 'OnCall'))] },
  }));
  const alarms = alarmsOf(template);
  const thresholdOf = (part: string) => alarms.find(([id]) => id.includes(part))?.[1].Threshold;
  expect(thresholdOf('GroupLag')).toBe(7);
  expect(thresholdOf('ServerErrors')).toBe(3);
  for (const [id, alarm] of alarms) {
    expect(alarm.AlarmActions?.length, id).toBe(1);
    expect(alarm.OKActions, id).toEqual(alarm.AlarmActions);
  }
});

test.each(kinds)('%s: the dashboard shows every metric of the functions', (kind) => {
  const template = monitored(kind, () => ({ dashboard: true }));
  template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard);
  for (const name of Object.keys(metricUnits)) {
    const isShown = body.includes(`\\"${NAMESPACE}\\",\\"${name}\\",\\"${DIMENSION}\\",\\"quakes\\"`);
    // An HTTP API has its own 5xx, which counts more.
    expect(isShown, name).toBe(!(name === 'ServerErrors' && kind === 'http-api'));
  }
});

test.each(kinds)('%s: a log asks for none of it by itself, and gets what it asks for', (endpoint) => {
  const plain = newRivulet({ endpoint }).template();
  plain.resourceCountIs('AWS::CloudWatch::Alarm', 0);
  plain.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  const watched = newRivulet({ endpoint, name: 'quakes', monitoring: { dashboard: true, alarms: true } });
  const template = watched.template();
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: NAMESPACE,
    MetricName: 'GroupLag',
    Dimensions: [{ Name: DIMENSION, Value: 'quakes' }],
  });
  // What docs/operating.md says that they cost.
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  const metrics = alarms.flatMap(({ Properties: { Metrics } }) =>
    Metrics === undefined ? [1] : Metrics.filter((each: object) => 'MetricStat' in each),
  );
  expect(operating).toContain(
    endpoint === 'http-api' ? `ten alarms on ${metrics.length} metrics` : `eight on ${metrics.length} (`,
  );
});

test('the metrics are those that the functions write', () => {
  expect(Object.keys(statistics).sort()).toEqual(Object.keys(metricUnits).sort());
  for (const name of Object.keys(metricUnits) as MetricName[]) {
    const { namespace, metricName, dimensions } = rivuletMetric('quakes', name);
    expect({ namespace, metricName, dimensions }).toEqual({
      namespace: NAMESPACE,
      metricName: name,
      dimensions: { [DIMENSION]: 'quakes' },
    });
  }
});
