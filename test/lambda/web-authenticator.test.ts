import { expect, test } from 'vitest';
import { readEnvironment } from '../../lib/lambda/environment.ts';
import { openFunctionBroker } from '../../lib/lambda/open-broker.ts';
import { webAuthenticator } from '../../lib/lambda/web-authenticator.ts';
import { embeddedStores, variables } from './function.ts';

const onError = (error: unknown): never => {
  throw error;
};
const authenticatorOf = (given: Readonly<Record<string, string>>) =>
  webAuthenticator({ environment: readEnvironment({ ...variables, ...given }), onError });

/** The principal of a request with this `Authorization`, or the error that it gets. */
async function principalOf(given: Readonly<Record<string, string>>, authorization: string, key = 'none') {
  const authenticator = authenticatorOf(given);
  const broker = await openFunctionBroker({
    environment: readEnvironment(variables),
    stores: await embeddedStores(),
  });
  const { keyId, secret } = await broker.apiKeys.create({ principal: 'User:alice' });
  const value = key === 'real' ? `Basic ${btoa(`${keyId}:${secret}`)}` : authorization;
  const request = new Request('http://log.test/topics', { headers: { authorization: value } });
  return authenticator(broker).authenticate(request, {});
}

test('whoever IAM lets through is one principal, whatever a request says', async () => {
  const signed = 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/eu-west-1/lambda/aws4_request';
  expect(await principalOf({}, signed)).toBe('User:iam');
  expect(await principalOf({ RIVULET_IAM_PRINCIPAL: 'User:team' }, signed)).toBe('User:team');
});

test('API keys are checked by the function itself', async () => {
  const env = { RIVULET_AUTH: 'api-keys' };
  expect(await principalOf(env, '', 'real')).toBe('User:alice');
  await expect(principalOf(env, 'Basic YTpi')).rejects.toMatchObject({ status: 401 });
});

test('so are tokens, and it has to be said whose they are', async () => {
  const env = { RIVULET_AUTH: 'jwt' };
  expect(() => authenticatorOf(env)).toThrow(/^RIVULET_JWT_ISSUER is missing: a Web Function checks tokens/);
  const http = { RIVULET_JWT_ISSUER: 'http://auth.example.org', RIVULET_JWT_AUDIENCE: 'log' };
  expect(() => authenticatorOf({ ...env, ...http })).toThrow(
    /^RIVULET_JWT_ISSUER cannot be http:.*https URL/,
  );
  const issuer = { RIVULET_JWT_ISSUER: 'https://auth.example.org', RIVULET_JWT_AUDIENCE: 'log' };
  await expect(principalOf({ ...env, ...issuer }, 'Bearer a.b.c')).rejects.toMatchObject({ status: 401 });
});
