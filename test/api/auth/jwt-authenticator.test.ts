import { SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { jwtAuthenticator } from '../../../lib/api/auth/jwt-authenticator.ts';
import { AUDIENCE, configurationOf, type Issuer, NOW_S, openIssuer } from './oidc-issuer.ts';

async function setUp(principalClaim?: string) {
  const issuer = await openIssuer();
  const failures: unknown[] = [];
  const authenticator = jwtAuthenticator({
    issuer: issuer.url,
    audience: AUDIENCE,
    nowMs: () => NOW_S * 1_000,
    onError: (error) => failures.push(error),
    ...(principalClaim !== undefined && { principalClaim }),
  });
  const authenticate = (authorization?: string) => {
    const headers = new Headers();
    if (authorization !== undefined) headers.set('Authorization', authorization);
    return authenticator.authenticate(new Request('http://broker.test/topics', { headers }), {});
  };
  const present = async (token: string | Promise<string>) => authenticate(`Bearer ${await token}`);
  return { issuer, failures, authenticate, present };
}

const invalid = (reason: string) => ({
  status: 401,
  errorCode: 40101,
  message: `The token is not accepted: ${reason}.`,
  headers: {
    'WWW-Authenticate': `Bearer realm="rivulet", error="invalid_token", error_description="${reason}"`,
  },
});

test.each(['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA', 'Ed25519'])('a token signed with %s', async (alg) => {
  const { issuer, present } = await setUp();
  await issuer.rotate(alg);
  expect(await present(issuer.sign())).toBe('User:alice');
});

test('the issuer is asked once for its keys, and then no more', async () => {
  const { issuer, present } = await setUp();
  await Promise.all(Array.from({ length: 50 }, () => present(issuer.sign())));
  await present(issuer.sign({ sub: 'bob' }));
  expect(issuer.requests).toEqual(['/.well-known/openid-configuration', '/keys']);
});

test.each<[Record<string, unknown>, string]>([
  [{ aud: ['other', AUDIENCE] }, 'of several audiences'],
  [{ aud: undefined, client_id: AUDIENCE }, 'of Cognito, with client_id for aud'],
  [{ nbf: NOW_S + 20, exp: NOW_S - 20 }, 'of a clock half a minute off'],
])('a token with %j, %s', async (claims) => {
  const { issuer, present } = await setUp();
  expect(await present(issuer.sign(claims))).toBe('User:alice');
});

test('another claim can name the principal', async () => {
  const { issuer, present } = await setUp('email');
  expect(await present(issuer.sign({ email: 'alice@example.org' }))).toBe('User:alice@example.org');
});

test.each<[Record<string, unknown>, string]>([
  [{ iss: 'https://other.example.org' }, 'it is of another issuer'],
  [{ aud: 'other' }, 'it is for another audience'],
  [{ aud: ['other'] }, 'it is for another audience'],
  [{ aud: [] }, 'it is for another audience'],
  [{ aud: 'other', client_id: AUDIENCE }, 'it is for another audience'],
  [{ aud: undefined }, 'it is for another audience'],
  [{ exp: NOW_S - 31 }, 'it has expired'],
  [{ exp: undefined }, 'it does not say when it expires'],
  [{ nbf: NOW_S + 31 }, 'its time has not come yet'],
  [{ sub: undefined }, 'the claim that has to name its principal does not'],
  [{ sub: '' }, 'the claim that has to name its principal does not'],
  [{ sub: '*' }, 'the claim that has to name its principal does not'],
  [{ sub: 'a"\r\nSet-Cookie: b' }, 'the claim that has to name its principal does not'],
])('a token with %j is not accepted: %s', async (claims, reason) => {
  const { issuer, present } = await setUp();
  await expect(present(issuer.sign(claims))).rejects.toMatchObject(invalid(reason));
});

const NOT_SIGNED = 'it is not signed by its issuer';

test('a token that is not signed is not accepted, and nobody is asked for keys', async () => {
  const { issuer, present } = await setUp();
  const claims = { iss: issuer.url, aud: AUDIENCE, sub: 'alice', exp: NOW_S + 300 };
  await expect(present(new UnsecuredJWT(claims).encode())).rejects.toMatchObject(invalid(NOT_SIGNED));
  expect(issuer.requests).toEqual([]);
});

test.each(['HS256', 'HS512'])('a token with %s under a published key is not accepted', async (alg) => {
  const { issuer, present } = await setUp();
  const keys = await fetch(`${issuer.url}/keys`);
  const key = Buffer.from(await keys.text());
  const claims = { iss: issuer.url, aud: AUDIENCE, sub: 'alice', exp: NOW_S + 300 };
  const token = new SignJWT(claims).setProtectedHeader({ alg, kid: 'key-0' }).sign(key);
  await expect(present(token)).rejects.toMatchObject(invalid(NOT_SIGNED));
});

test('a token that somebody else signed, or changed, is not accepted', async () => {
  const { issuer, present } = await setUp();
  const other = await openIssuer();
  await expect(present(other.sign({ iss: issuer.url }))).rejects.toMatchObject(invalid(NOT_SIGNED));
  const [header, , signature] = (await issuer.sign()).split('.');
  const claims = { iss: issuer.url, aud: AUDIENCE, sub: 'admin', exp: NOW_S + 300 };
  const forged = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
  await expect(present(forged)).rejects.toMatchObject(invalid(NOT_SIGNED));
});

test.each(['abc', 'a.b.c', 'e30.e30.e30', '..'])('Bearer %s is no token', async (token) => {
  const { present, issuer } = await setUp();
  await expect(present(token)).rejects.toMatchObject({ status: 401 });
  expect(issuer.requests).toEqual([]);
});

test.each([undefined, 'Basic YTpi', 'Bearer', 'Bearer a b'])(
  'a request with Authorization %j is told what is wanted',
  async (header) => {
    const { authenticate } = await setUp();
    await expect(authenticate(header)).rejects.toMatchObject({
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer realm="rivulet"' },
    });
  },
);

test('a key that nobody has heard of is not asked for at every token', async () => {
  const { issuer, present } = await setUp();
  await present(issuer.sign());
  for (let at = 0; at < 10; at++) {
    const token = issuer.sign({}, { kid: `unheard-of-${at}` });
    await expect(present(token)).rejects.toMatchObject(invalid(NOT_SIGNED));
  }
  expect(issuer.requests).toEqual(['/.well-known/openid-configuration', '/keys']);
});

const CONFIGURATION = '/.well-known/openid-configuration';

test.each<[string, string, (issuer: Issuer) => [number, string, Record<string, string>?]]>([
  ['has no configuration', CONFIGURATION, () => [404, '{}']],
  ['has a configuration that is no JSON', CONFIGURATION, () => [200, '<html>']],
  [
    'has the configuration of somebody else',
    CONFIGURATION,
    ({ url }) => [200, JSON.stringify({ issuer: 'https://other.example.org', jwks_uri: `${url}/keys` })],
  ],
  [
    'has keys that anybody on the way could change',
    CONFIGURATION,
    ({ url }) => [200, JSON.stringify({ issuer: url, jwks_uri: 'http://keys.example.org/' })],
  ],
  ['sends elsewhere', CONFIGURATION, () => [302, '', { Location: '/elsewhere' }]],
  [
    'has a very large configuration',
    CONFIGURATION,
    ({ url }) => [200, configurationOf(url) + ' '.repeat(300_000)],
  ],
  ['does not show its keys', '/keys', () => [500, '{}']],
  ['has very many keys', '/keys', ({ keys }) => [200, keys() + ' '.repeat(300_000)]],
  ['sends elsewhere for its keys', '/keys', () => [302, '', { Location: '/elsewhere' }]],
])('an issuer that %s is no reason to refuse a token for good', async (_, path, answer) => {
  const { issuer, present, failures } = await setUp();
  // What a redirect leads to is as it should be, so it is the redirect that is refused.
  issuer.answers.set('/elsewhere', (response) => {
    response.end(path === '/keys' ? issuer.keys() : configurationOf(issuer.url));
  });
  issuer.answers.set(path, (response) => {
    const [status, body, headers = {}] = answer(issuer);
    response.writeHead(status, headers).end(body);
  });
  await expect(present(issuer.sign())).rejects.toMatchObject({
    status: 503,
    message: `The keys of ${issuer.url} cannot be read now, so no token can be checked. Try again in a moment.`,
    headers: { 'Retry-After': '1' },
  });
  expect(failures).toHaveLength(1);
  issuer.answers.clear();
  expect(await present(issuer.sign())).toBe('User:alice');
});

test.each([
  'http://issuer.example.org',
  'ftp://127.0.0.1',
  'issuer',
  '',
  'https://issuer.example.org/?tenant=1',
  'https://me:secret@issuer.example.org',
])('%j can be no issuer', (issuer) => {
  expect(() => jwtAuthenticator({ issuer, audience: AUDIENCE })).toThrow(/An issuer of tokens has to be/);
});
