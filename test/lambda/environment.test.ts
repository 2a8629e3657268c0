import { expect, test } from 'vitest';
import { eventFunctionConfigs } from '../../lib/lambda/broker-configs.ts';
import { EnvironmentError, readEnvironment } from '../../lib/lambda/environment.ts';

const least = { RIVULET_TABLE: 'log', RIVULET_BUCKET: 'log-bucket', RIVULET_AUTH: 'iam' };

test('table, bucket and how callers are known are enough', () => {
  expect(readEnvironment(least)).toMatchObject({
    name: 'rivulet',
    table: 'log',
    bucket: 'log-bucket',
    brokerId: 1,
    auth: 'iam',
    jwtPrincipalClaim: 'sub',
    iamPrincipal: 'User:iam',
    superUsers: [],
    logLevel: 'info',
    config: { 'num.partitions': 1 },
  });
});

test('every variable is read', () => {
  const read = readEnvironment({
    ...least,
    RIVULET_NAME: 'quakes',
    RIVULET_BROKER_ID: '7',
    RIVULET_AUTH: 'jwt',
    RIVULET_JWT_ISSUER: 'https://auth.example.org',
    RIVULET_JWT_AUDIENCE: 'log',
    RIVULET_JWT_PRINCIPAL_CLAIM: 'client_id',
    RIVULET_IAM_PRINCIPAL: 'User:team',
    RIVULET_SUPER_USERS: 'User:alice; User:arn:aws:iam::123456789012:role/ops;',
    RIVULET_CONFIG: '{"num.partitions":3,"auto.create.topics.enable":"false"}',
    RIVULET_LOG_LEVEL: 'debug',
    RIVULET_TRACING: 'true',
    RIVULET_ADVERTISED_URL: 'https://logs.example.org/kafka/',
    AWS_REGION: 'eu-west-1',
  });
  expect(read).toMatchObject({
    name: 'quakes',
    brokerId: 7,
    auth: 'jwt',
    jwt: { issuer: 'https://auth.example.org', audience: 'log' },
    jwtPrincipalClaim: 'client_id',
    iamPrincipal: 'User:team',
    superUsers: ['User:alice', 'User:arn:aws:iam::123456789012:role/ops'],
    logLevel: 'debug',
    tracing: true,
    advertisedUrl: 'https://logs.example.org/kafka',
  });
  expect(read.config).toMatchObject({ 'num.partitions': 3, 'auto.create.topics.enable': false });
});

test('defaults of the host come before those of the broker, and RIVULET_CONFIG before both', () => {
  const variables = { ...least, RIVULET_CONFIG: '{"fetch.wait.limit.ms":5000}' };
  const { config } = readEnvironment(variables, eventFunctionConfigs);
  expect(config['socket.request.max.bytes']).toBe(4_500_000);
  expect(config['fetch.wait.limit.ms']).toBe(5_000);
});

test('a variable that is empty counts as not there', () => {
  expect(readEnvironment({ ...least, RIVULET_ADVERTISED_URL: '' }).advertisedUrl).toBeUndefined();
  expect(() => readEnvironment({ ...least, RIVULET_TABLE: '' })).toThrow(/^RIVULET_TABLE is missing/);
});

test.each([
  [{ RIVULET_BUCKET: undefined }, /^RIVULET_BUCKET is missing: set it to the name of the S3 bucket\.$/],
  [{ RIVULET_AUTH: undefined }, /^RIVULET_AUTH has to be one of iam, api-keys, jwt\.$/],
  [{ RIVULET_AUTH: 'none' }, /^RIVULET_AUTH has to be one of iam, api-keys, jwt\.$/],
  [{ RIVULET_BROKER_ID: 'one' }, /^RIVULET_BROKER_ID has to be a whole number from 0, such as 1\.$/],
  [{ RIVULET_JWT_ISSUER: 'https://auth.example.org' }, /^RIVULET_JWT_AUDIENCE is missing/],
  [{ RIVULET_JWT_AUDIENCE: 'log' }, /^RIVULET_JWT_ISSUER is missing/],
  [{ RIVULET_IAM_PRINCIPAL: 'team' }, /^RIVULET_IAM_PRINCIPAL has to be a principal, such as User:iam\.$/],
  [{ RIVULET_SUPER_USERS: 'alice' }, /^RIVULET_SUPER_USERS cannot be alice\. .*User:alice;User:bob\.$/],
  [{ RIVULET_CONFIG: '{num.partitions:3}' }, /^RIVULET_CONFIG cannot be .*JSON object/],
  [{ RIVULET_CONFIG: '[]' }, /^RIVULET_CONFIG cannot be \[\]\. .*JSON object/],
  [
    { RIVULET_CONFIG: '{"num.partition":3}' },
    /^RIVULET_CONFIG: no broker config is named num\.partition; there are /,
  ],
  [{ RIVULET_CONFIG: '{"num.partitions":0}' }, /^RIVULET_CONFIG: num\.partitions: /],
  [{ RIVULET_LOG_LEVEL: 'loud' }, /^RIVULET_LOG_LEVEL has to be one of trace, debug, /],
  [{ RIVULET_TRACING: 'yes' }, /^RIVULET_TRACING has to be one of true, false\.$/],
  [
    { RIVULET_ADVERTISED_URL: 'logs.example.org' },
    /^RIVULET_ADVERTISED_URL cannot be logs\.example\.org\. .*https URL/,
  ],
])('%j stops the start with what it has to be', (variables, message) => {
  const read = () => readEnvironment({ ...least, ...variables });
  expect(read).toThrow(EnvironmentError);
  expect(read).toThrow(message);
});

test('all that is wrong is named at once', () => {
  const read = () => readEnvironment({ RIVULET_AUTH: 'iam' });
  expect(read).toThrow(/RIVULET_TABLE is missing.* RIVULET_BUCKET is missing/);
});
