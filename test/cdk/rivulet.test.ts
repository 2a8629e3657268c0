import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { expect, test, vi } from 'vitest';
import type { RivuletMetricName } from '../../lib/cdk/metrics.ts';
import { Rivulet } from '../../lib/cdk/rivulet.ts';
import { RivuletStack } from '../../lib/cdk/rivulet-stack.ts';
import { readEnvironment } from '../../lib/lambda/environment.ts';
import { metricUnits, NAMESPACE } from '../../lib/lambda/telemetry/metric-names.ts';
import { jwt, namedVariants, newApp, newRivulet, SYNTH_MS, templateOf } from './synth.ts';

vi.setConfig({ testTimeout: SYNTH_MS });

const authorizers = (props: Parameters<typeof templateOf>[0]): unknown[] =>
  Object.values(templateOf(props).findResources('AWS::ApiGatewayV2::Route')).map(
    ({ Properties }) => Properties.AuthorizationType,
  );

test('with IAM every route wants a signature, those that nobody named too', () => {
  expect(new Set(authorizers({}))).toEqual(new Set(['AWS_IAM']));
});

test('with JWT every route wants a token of the issuer for the audience', () => {
  expect(new Set(authorizers({ endpoint: 'http-api', authentication: jwt }))).toEqual(new Set(['JWT']));
  templateOf({ endpoint: 'http-api', authentication: jwt }).hasResourceProperties(
    'AWS::ApiGatewayV2::Authorizer',
    {
      AuthorizerType: 'JWT',
      JwtConfiguration: { Issuer: jwt.issuer, Audience: [jwt.audience] },
      IdentitySource: ['$request.header.Authorization'],
    },
  );
});

test('with API keys the gateway lets requests through to the functions, which check them', () => {
  expect(new Set(authorizers({ endpoint: 'http-api', authentication: 'api-keys' }))).toEqual(
    new Set(['NONE']),
  );
});

test('a web function checks signatures itself, or hands keys and tokens to the server', () => {
  const authType = (authentication: 'iam' | 'api-keys' | typeof jwt): unknown => {
    const template = templateOf({ endpoint: 'web-function', authentication });
    const [endpoint] = Object.values(template.findResources('AWS::Lambda::WebFunctionEndpoint'));
    return endpoint?.Properties.AuthType;
  };
  expect(authType('iam')).toBe('IamAuth');
  expect(authType('api-keys')).toBe('ApplicationManaged');
  expect(authType(jwt)).toBe('ApplicationManaged');
});

/** The environments of what a stack runs, with something in the place of what is known only when it is deployed. */
function environments(props: Parameters<typeof templateOf>[0]): Record<string, string>[] {
  const template = templateOf(props);
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'))
    .filter(([id]) => id.startsWith('Rivulet'))
    .map(([, { Properties }]) => Properties.Environment.Variables);
  const revisions = Object.values(template.findResources('AWS::Lambda::WebFunctionRevision')).map(
    ({ Properties }) => Properties.ServiceConfig.EnvironmentVariables,
  );
  return [...functions, ...revisions].map((variables) =>
    Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : 'deployed',
      ]),
    ),
  );
}

test.each(namedVariants)('what runs starts with the environment that it gets: %s', (_, props) => {
  const all = environments(props);
  expect(all.length).toBe(props.endpoint === 'web-function' ? 2 : 5);
  for (const variables of all) {
    const { auth, table, bucket } = readEnvironment(variables);
    expect(auth).toBe(typeof props.authentication === 'string' ? props.authentication : 'jwt');
    expect([table, bucket]).toEqual(['deployed', 'deployed']);
  }
});

test('only a web function is told whose tokens to check: before the others a gateway has done so', () => {
  const issuers = (endpoint: 'http-api' | 'web-function') =>
    environments({ endpoint, authentication: jwt }).filter(({ RIVULET_JWT_ISSUER }) => RIVULET_JWT_ISSUER);
  expect(issuers('http-api')).toEqual([]);
  expect(
    issuers('web-function')
      .map((variables) => readEnvironment(variables))
      .map((environment) => environment.jwt),
  ).toEqual([jwt]);
});

test('name, super users, configs and log level reach the functions', () => {
  const template = newRivulet({
    name: 'orders',
    superUsers: ['User:alice', 'User:bob'],
    brokerConfigs: { 'num.partitions': 3 },
    logLevel: 'debug',
  }).template();
  const [{ Properties } = { Properties: {} }] = Object.values(
    template.findResources('AWS::Lambda::Function'),
  );
  const { name, superUsers, config, logLevel } = readEnvironment({
    ...Properties.Environment.Variables,
    RIVULET_TABLE: 't',
    RIVULET_BUCKET: 'b',
  });
  expect({ name, superUsers, logLevel, partitions: config['num.partitions'] }).toEqual({
    name: 'orders',
    superUsers: ['User:alice', 'User:bob'],
    logLevel: 'debug',
    partitions: 3,
  });
});

test('functions run on Node 24 on ARM, are not traced, and their logs go after a week, unless somebody says otherwise', () => {
  const template = templateOf({});
  template.allResourcesProperties('AWS::Lambda::Function', {
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    TracingConfig: Match.absent(),
    Environment: { Variables: Match.objectLike({ RIVULET_TRACING: Match.absent() }) },
    ReservedConcurrentExecutions: Match.absent(),
  });
  template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  const other = newRivulet({
    tracing: true,
    logRetention: RetentionDays.ONE_DAY,
    functions: { produce: { memorySize: 2048, reservedConcurrentExecutions: 20 } },
  }).template();
  other.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 1 });
  other.hasResourceProperties('AWS::Lambda::Function', {
    Description: Match.stringLikeRegexp('appends'),
    MemorySize: 2048,
    ReservedConcurrentExecutions: 20,
    TracingConfig: { Mode: 'Active' },
    Environment: { Variables: Match.objectLike({ RIVULET_TRACING: 'true' }) },
  });
});

test('requests are throttled and leave a line of JSON each, without headers', () => {
  const [stage] = Object.values(templateOf({}).findResources('AWS::ApiGatewayV2::Stage'));
  expect(stage?.Properties.DefaultRouteSettings).toEqual({
    ThrottlingRateLimit: 500,
    ThrottlingBurstLimit: 1000,
  });
  const format = JSON.parse(stage?.Properties.AccessLogSettings.Format);
  expect(format).toMatchObject({ requestId: '$context.requestId', status: '$context.status' });
  expect(JSON.stringify(format)).not.toMatch(/header|querystring|authorizer\.claims/i);
  const throttle = { rateLimit: 20, burstLimit: 40 };
  newRivulet({ throttle, accessLogs: false })
    .template()
    .hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
      AccessLogSettings: Match.absent(),
    });
});

test('nothing that is billed while nothing flows is there unless it was asked for', () => {
  const billed = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard', 'AWS::KMS::Key', 'AWS::EC2::VPC'];
  for (const [, props] of namedVariants)
    for (const type of billed) templateOf(props).resourceCountIs(type, 0);
  newRivulet({ monitoring: { alarms: true } })
    .template()
    .findResources('AWS::CloudWatch::Alarm');
});

test('a web function serves 128 requests at a time, and as many a second as somebody says', () => {
  const template = newRivulet({ endpoint: 'web-function', throttle: { rateLimit: 300 } }).template();
  template.hasResourceProperties('AWS::Lambda::WebFunctionRevision', {
    ServiceConfig: { MaxConcurrencyPerEnvironment: 128 },
  });
  template.hasResourceProperties('AWS::Lambda::WebFunctionEndpoint', {
    ThrottleConfig: { RateLimit: 300 },
  });
});

test('two logs live in one stack of somebody else', () => {
  const stack = new Stack(newApp(), 'Shop');
  const [orders, audit] = [new Rivulet(stack, 'Orders', { name: 'orders' }), new Rivulet(stack, 'Audit')];
  orders.addTopic('orders');
  audit.addTopic('orders');
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::DynamoDB::Table', 2);
  template.resourceCountIs('AWS::ApiGatewayV2::Api', 2);
  expect(orders.url).not.toBe(audit.url);
});

test('the stack tells its URL, table and bucket', () => {
  const stack = new RivuletStack(newApp(), 'Rivulet', { topics: { orders: { partitions: 3 } } });
  const template = Template.fromStack(stack);
  expect(Object.keys(template.findOutputs('*')).toSorted()).toEqual([
    'BucketName',
    'Region',
    'TableName',
    'Url',
  ]);
  template.resourceCountIs('Custom::RivuletTopic', 1);
});

test('the metrics are those that the functions write', () => {
  const { rivulet, stack } = newRivulet({ name: 'orders' });
  const names = Object.keys(metricUnits) as RivuletMetricName[];
  for (const name of names) {
    const metric = rivulet.metric(name).toMetricConfig().metricStat;
    expect(metric).toMatchObject({ namespace: NAMESPACE, metricName: name });
    expect(stack.resolve(metric?.dimensions)).toEqual([{ name: 'service', value: 'orders' }]);
  }
  const helpers = [
    rivulet.metricRecordsIn(),
    rivulet.metricRecordsOut(),
    rivulet.metricBytesIn(),
    rivulet.metricBytesOut(),
    rivulet.metricProduceLatency(),
    rivulet.metricThrottles(),
    rivulet.metricGroupLag(),
  ];
  for (const { metricName } of helpers) expect(names).toContain(metricName);
});
