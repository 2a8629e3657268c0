import { expect, test } from 'vitest';
import { type CredentialOptions, credentialsOf } from '../../lib/cli/credentials.ts';

const request = { method: 'GET', url: new URL('http://127.0.0.1/'), contentType: undefined, body: null };

test.each<[CredentialOptions, NodeJS.ProcessEnv, string | undefined]>([
  [{}, {}, undefined],
  [{}, { RIVULET_API_KEY: '', RIVULET_TOKEN: '', RIVULET_AUTH: 'api-keys' }, undefined],
  [{}, { RIVULET_API_KEY: 'a:b' }, 'the API key in RIVULET_API_KEY'],
  [{}, { RIVULET_TOKEN: 'e30.e30.c2ln' }, 'the token in RIVULET_TOKEN'],
  [{}, { RIVULET_AUTH: 'iam' }, "a signature by AWS's credentials"],
  [{ apiKey: 'a:b' }, { RIVULET_TOKEN: 'e30.e30.c2ln' }, 'the API key in --api-key'],
  [{ awsSigv4: true }, { RIVULET_API_KEY: 'a:b' }, "a signature by AWS's credentials"],
])('%j and %j: %s', (options, env, what) => {
  expect(credentialsOf(options, env).what).toBe(what);
});

test.each<[CredentialOptions, NodeJS.ProcessEnv, string]>([
  [{ apiKey: 'a:b', awsSigv4: true }, {}, 'choose one of --api-key and --aws-sigv4'],
  [
    {},
    { RIVULET_API_KEY: 'a:hidden', RIVULET_TOKEN: 'hidden' },
    'RIVULET_API_KEY and RIVULET_TOKEN are set, and there can be one: unset what is not meant',
  ],
  [
    {},
    { RIVULET_TOKEN: 'hidden', RIVULET_AUTH: 'iam' },
    'RIVULET_TOKEN and RIVULET_AUTH=iam are set, and there can be one: unset what is not meant',
  ],
  [
    {},
    { RIVULET_API_KEY: 'hidden' },
    'RIVULET_API_KEY has to be key:secret, as "rivulet keys create" prints it',
  ],
  [{ apiKey: 'a:hidden\n' }, {}, '--api-key has to be key:secret, as "rivulet keys create" prints it'],
  [{}, { RIVULET_TOKEN: 'hidden token' }, 'RIVULET_TOKEN is no token: it looks like eyJhbGciOi…'],
])('%j and %j are refused, and the message holds no secret', (options, env, message) => {
  expect(() => credentialsOf(options, env)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  expect(message).not.toContain('hidden');
});

test('a key is sent as RFC 7617 says, in UTF-8', async () => {
  const headers = await credentialsOf({ apiKey: 'test:123£' }, {}).headersFor(request);
  expect(headers).toEqual({ Authorization: 'Basic dGVzdDoxMjPCow==' });
});
