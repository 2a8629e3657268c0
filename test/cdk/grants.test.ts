import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { expect, test, vi } from 'vitest';
import type { Rivulet } from '../../lib/cdk/rivulet.ts';
import { jwt, newRivulet, SYNTH_MS } from './synth.ts';

vi.setConfig({ testTimeout: SYNTH_MS });

/** What somebody may call after a grant: method and path, as `execute-api` names them. */
function granted(grant: (rivulet: Rivulet, role: Role) => void): string[] {
  const { stack, rivulet, template } = newRivulet();
  const role = new Role(stack, 'Client', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  grant(rivulet, role);
  const [policy] = Object.values(template().findResources('AWS::IAM::Policy'));
  const [statement, ...others] = policy?.Properties.PolicyDocument.Statement ?? [];
  expect(others).toEqual([]);
  expect(statement.Action).toBe('execute-api:Invoke');
  return [statement.Resource].flat().map((arn) => {
    const end = /"\/\$default\/([^"]*)"\]\]\}$/.exec(JSON.stringify(arn))?.[1];
    if (end === undefined) throw new Error(`${JSON.stringify(arn)} is not of the API's stage`);
    return end.replace('/', ' /');
  });
}

/** As IAM compares: `*` stands for anything, slashes too. */
const permits = (patterns: readonly string[], request: string): boolean =>
  patterns.some((pattern) =>
    new RegExp(`^${pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\\*', '.*')}$`).test(request),
  );

const everything = [
  'POST /topics/orders',
  'POST /topics/orders/partitions/0',
  'POST /v3/clusters/abc/topics/orders/records',
  'POST /kafka/v3/clusters/abc/topics/orders/records',
  'POST /producers',
  'GET /topics/orders',
  'GET /topics/orders/partitions',
  'GET /topics/orders/partitions/0',
  'GET /topics/orders/partitions/0/records',
  'GET /topics/orders/partitions/0/offsets',
  'POST /consumers/billing',
  'GET /consumers/billing/instances/a/records',
  'DELETE /consumers/billing/instances/a',
  'POST /groups/billing/heartbeat',
  'POST /groups/billing/offsets',
  'POST /groups/billing/offsets:fetch',
  'POST /groups/billing/offsets:reset',
  'DELETE /groups/billing',
  'GET /groups',
  'GET /topics',
  'POST /v3/clusters/abc/topics',
  'DELETE /v3/clusters/abc/topics/orders',
  'PATCH /v3/clusters/abc/topics/orders',
];

const ofOthers = everything.map((request) =>
  request.replace('orders', 'secrets').replace('billing', 'audit'),
);
const permittedOf = (patterns: readonly string[], requests: readonly string[]): string[] =>
  requests.filter((request) => permits(patterns, request));

test('a producer of one topic appends to it, gets producer ids, looks at it, and does nothing else', () => {
  const patterns = granted((rivulet, role) => rivulet.grantProduce(role, 'orders'));
  expect(permittedOf(patterns, everything)).toEqual(everything.slice(0, 7));
  expect(permittedOf(patterns, ofOthers)).toEqual(['POST /producers']);
});

test('a consumer of one topic in one group reads it, takes part there, and does nothing else', () => {
  const patterns = granted((rivulet, role) => rivulet.grantConsume(role, 'orders', 'billing'));
  expect(permittedOf(patterns, everything)).toEqual(everything.slice(5, 16));
  expect(permittedOf(patterns, ofOthers)).toEqual([]);
});

test('a consumer without a group has none', () => {
  const patterns = granted((rivulet, role) => rivulet.grantConsume(role, 'orders'));
  expect(permittedOf(patterns, everything)).toEqual(everything.slice(5, 10));
});

test('a grant without a topic is for every topic, and one with * for every group', () => {
  const produce = granted((rivulet, role) => rivulet.grantProduce(role));
  // Looking at one topic is left out: IAM could not tell it from reading its records.
  const looks = ['GET /topics/secrets'];
  expect(permittedOf(produce, ofOthers)).toEqual(
    ofOthers.slice(0, 7).filter((request) => !looks.includes(request)),
  );
  const consume = granted((rivulet, role) => rivulet.grantConsume(role, undefined, '*'));
  expect(permittedOf(consume, ofOthers)).toEqual(expect.arrayContaining(ofOthers.slice(5, 16)));
});

test('grantInvoke permits everything', () => {
  const patterns = granted((rivulet, role) => rivulet.grantInvoke(role));
  expect(permittedOf(patterns, everything)).toEqual(everything);
});

test('a web function is permitted as a whole, and so it says', () => {
  const { stack, rivulet, template } = newRivulet({ endpoint: 'web-function' });
  const role = new Role(stack, 'Client', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  expect(() => rivulet.grantProduce(role)).toThrow("grantProduce is for endpoint 'http-api'");
  rivulet.grantInvoke(role);
  const policies = JSON.stringify(template().findResources('AWS::IAM::Policy'));
  expect(policies).toMatch(/lambda:InvokeWebFunction/);
});

test.each([
  ['api-keys', 'API keys'],
  [jwt, 'tokens'],
] as const)('where AWS does not know who calls, grants say to use ACLs', (authentication, what) => {
  const { stack, rivulet } = newRivulet({ authentication });
  const role = new Role(stack, 'Client', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  for (const method of ['grantInvoke', 'grantProduce', 'grantConsume'] as const) {
    expect(() => rivulet[method](role)).toThrow(new RegExp(`${method} is for .*${what}.*ACLs`));
  }
});

test('a name that would mean more than itself in a policy is refused', () => {
  const { stack, rivulet } = newRivulet();
  const role = new Role(stack, 'Client', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  for (const topic of ['*', 'or?ers', 'a/b', '', '..']) {
    expect(() => rivulet.grantProduce(role, topic)).toThrow(`The topic '${topic}' cannot be granted`);
  }
  for (const group of ['bil*', 'a/b', '', 'bill$ng']) {
    expect(() => rivulet.grantConsume(role, 'orders', group)).toThrow(
      `The group '${group}' cannot be granted`,
    );
  }
});
