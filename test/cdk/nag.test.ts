import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test, vi } from 'vitest';
import { Rivulet } from '../../lib/cdk/rivulet.ts';
import type { RivuletProps } from '../../lib/cdk/rivulet-props.ts';
import { namedVariants, newApp, SYNTH_MS } from './synth.ts';

vi.setConfig({ testTimeout: SYNTH_MS });

/** An app with everything that a log can have, checked with the rules of AWS Solutions. */
function checkedApp(props: RivuletProps): { readonly app: App; readonly stack: Stack } {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const rivulet = new Rivulet(stack, 'Rivulet', props);
  rivulet.addTopic('orders', { removalPolicy: RemovalPolicy.DESTROY });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, stack };
}

/** What CDK itself puts into a stack to bring a web function's code where Lambda reads it. */
function acknowledgeCodeCopy(stack: Stack): void {
  const bucket = stack.node.findChild('AWSCDKWebFunctionAssetBucket');
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason: 'It holds the code alone, and Lambda alone reads it.',
  });
  const copy = stack.node.children.find(({ node }) => node.id.startsWith('Custom::S3ObjectCopy'));
  if (copy === undefined) throw new Error('CDK copies the code of web functions no more: take this away');
  const bucketId = stack.getLogicalId(bucket.node.defaultChild as never);
  const ids = [
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*]',
    'AwsSolutions-IAM5[Action::s3:Abort*]',
    'AwsSolutions-IAM5[Action::s3:DeleteObject*]',
    `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/web-function/*]`,
  ];
  const reason =
    "CDK's own function, which copies code from the assets of CDK and runs during deployments only.";
  Validations.of(copy).acknowledge(...ids.map((id) => ({ id, reason })));
}

test.each(namedVariants)('nothing is left for cdk-nag to say that is not answered: %s', (_, props) => {
  const { app, stack } = checkedApp(props);
  if (props.endpoint === 'web-function') acknowledgeCodeCopy(stack);
  expect(findings(app)).toEqual([]);
});

test('nor where data goes with the stack, requests are traced and no access log is kept', () => {
  const { app } = checkedApp({ removalPolicy: RemovalPolicy.DESTROY, tracing: true, accessLogs: false });
  expect(findings(app)).toEqual([]);
});

test('cdk-nag does look at the stack', () => {
  const { app, stack } = checkedApp({});
  new Rivulet(stack, 'Other').bucket.enableEventBridgeNotification();
  expect(findings(app)).not.toEqual([]);
});

/** The rules that were broken, in the report that a synthesis leaves. */
function findings(app: App): string[] {
  try {
    app.synth();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationFailed') throw error;
    return [error.message];
  }
  const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
  return report.pluginReports.flatMap(({ violations }: { violations: unknown[] }) => violations);
}
