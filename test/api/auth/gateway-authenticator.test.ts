import { expect, test } from 'vitest';
import { gatewayAuthenticator } from '../../../lib/api/auth/gateway-authenticator.ts';

const request = new Request('http://broker.test/topics', {
  // What a request says about itself proves nothing.
  headers: { Authorization: 'Bearer e30.e30.e30', 'X-Amzn-Caller': 'arn:aws:iam::123456789012:user/alice' },
});
const refused = {
  status: 401,
  errorCode: 40101,
  headers: { 'WWW-Authenticate': 'AWS4-HMAC-SHA256 realm="rivulet", Bearer realm="rivulet"' },
};

test.each([
  ['arn:aws:iam::123456789012:user/alice', 'arn:aws:iam::123456789012:user/alice'],
  ['arn:aws:iam::123456789012:user/team/alice', 'arn:aws:iam::123456789012:user/team/alice'],
  ['arn:aws:iam::123456789012:root', 'arn:aws:iam::123456789012:root'],
  ['arn:aws:sts::123456789012:assumed-role/reader/i-0abc', 'arn:aws:iam::123456789012:role/reader'],
  ['arn:aws:sts::123456789012:assumed-role/reader/me@example.org', 'arn:aws:iam::123456789012:role/reader'],
  ['arn:aws-us-gov:sts::123456789012:assumed-role/reader/x', 'arn:aws-us-gov:iam::123456789012:role/reader'],
  ['arn:aws-cn:sts::123456789012:federated-user/bob', 'arn:aws-cn:sts::123456789012:federated-user/bob'],
])('%s is User:%s', async (arn, name) => {
  const principal = gatewayAuthenticator().authenticate(request, { caller: { kind: 'iam', arn } });
  expect(await principal).toBe(`User:${name}`);
});

test.each([
  '',
  '*',
  'arn:aws:iam::123456789012:',
  'arn:aws:s3:::bucket',
  'arn:aws:iam::1234:user/alice',
  'arn:aws:sts::123456789012:user/\n',
  `arn:aws:iam::123456789012:user/${'x'.repeat(600)}`,
])('%j is nobody', async (arn) => {
  const principal = gatewayAuthenticator().authenticate(request, { caller: { kind: 'iam', arn } });
  await expect(principal).rejects.toMatchObject(refused);
});

test.each([
  [undefined, { sub: 'alice', email: 'a@example.org' }, 'User:alice'],
  ['email', { sub: 'alice', email: 'a@example.org' }, 'User:a@example.org'],
])('with the claim %s, %j is %s', async (principalClaim, claims, principal) => {
  const authenticator = gatewayAuthenticator(principalClaim === undefined ? {} : { principalClaim });
  expect(await authenticator.authenticate(request, { caller: { kind: 'jwt', claims } })).toBe(principal);
});

test.each([
  ['sub', {}],
  ['sub', { sub: '' }],
  ['sub', { sub: '*' }],
  ['sub', { sub: 'ANONYMOUS' }],
  ['sub', { sub: 42 }],
  ['sub', { sub: ['alice'] }],
  ['sub', { sub: 'two\nlines' }],
  ['sub', { sub: 'x'.repeat(513) }],
  ['toString', {}],
  ['email', { sub: 'alice' }],
])('with the claim %s, %j is nobody', async (principalClaim, claims) => {
  const principal = gatewayAuthenticator({ principalClaim }).authenticate(request, {
    caller: { kind: 'jwt', claims },
  });
  await expect(principal).rejects.toMatchObject(refused);
});

test('a request whose host vouches for nobody is refused, whatever its headers say', async () => {
  await expect(gatewayAuthenticator().authenticate(request, {})).rejects.toMatchObject(refused);
});
