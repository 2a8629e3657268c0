import { RemovalPolicy } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { propsFromContext } from '../../lib/cdk/app-context.ts';
import { newApp } from './synth.ts';

const propsOf = (context: Readonly<Record<string, unknown>>) => propsFromContext(newApp(context).node);

test('without context everything keeps its default', () => {
  expect(propsOf({})).toEqual({ monitoring: { dashboard: false, alarms: false } });
});

test('context values are properties, whether they come as text or as JSON', () => {
  const given = {
    name: 'orders',
    region: 'eu-central-1',
    endpoint: 'http-api',
    superUsers: 'User:alice;User:bob',
    brokerConfigs: '{"num.partitions":3}',
    topics: { orders: { partitions: 6 } },
    rateLimit: '20',
    burstLimit: 40,
    data: 'destroy',
    logRetentionDays: '30',
    logLevel: 'debug',
    accessLogs: 'false',
    tracing: true,
    dashboard: 'true',
    alarms: 'false',
  };
  expect(propsOf(given)).toEqual({
    name: 'orders',
    env: { region: 'eu-central-1' },
    endpoint: 'http-api',
    superUsers: ['User:alice', 'User:bob'],
    brokerConfigs: { 'num.partitions': 3 },
    topics: { orders: { partitions: 6 } },
    throttle: { rateLimit: 20, burstLimit: 40 },
    removalPolicy: RemovalPolicy.DESTROY,
    logRetention: 30,
    logLevel: 'debug',
    accessLogs: false,
    tracing: true,
    monitoring: { dashboard: true, alarms: false },
  });
});

test('authentication is a word, or JWT with whose tokens and for whom', () => {
  expect(propsOf({ authentication: 'api-keys' }).authentication).toBe('api-keys');
  const jwt = { authentication: 'jwt', jwtIssuer: 'https://auth.example.org', jwtAudience: 'rivulet' };
  expect(propsOf({ ...jwt, jwtPrincipalClaim: 'email' }).authentication).toEqual({
    issuer: 'https://auth.example.org',
    audience: 'rivulet',
    principalClaim: 'email',
  });
  expect(() => propsOf({ authentication: 'jwt', jwtIssuer: 'https://auth.example.org' })).toThrow(
    'needs the context values jwtIssuer and jwtAudience',
  );
});

test.each([
  [{ endpoint: 'rest' }, "The context value endpoint is 'rest': it has to be one of http-api, web-function."],
  [{ data: 'keep' }, "The context value data is 'keep': it has to be one of retain, destroy."],
  [{ tracing: 'yes' }, "The context value tracing is 'yes': it has to be one of true, false."],
  [{ rateLimit: 'many' }, "The context value rateLimit is 'many': it has to be a whole number."],
  [{ logRetentionDays: '8' }, "The context value logRetentionDays is '8': it has to be one of 1, 3, 5, 7"],
  [{ brokerConfigs: '{' }, "The context value brokerConfigs is '{': it has to be a JSON object."],
  [{ brokerConfigs: '[]' }, 'The context value brokerConfigs is not as it has to be'],
  [{ topics: '{"orders":{"partition":3}}' }, 'Unrecognized key: "partition"'],
])('a value that cannot be is named, with what it has to be: %o', (context, says) => {
  expect(() => propsOf(context)).toThrow(says);
});
