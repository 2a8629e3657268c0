import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { apiKeyAuthenticator, CACHE_TTL_MS } from '../../../lib/api/auth/api-key-authenticator.ts';
import { ApiError } from '../../../lib/api/errors/api-error.ts';
import { newKeyId, newSecret } from '../../../lib/cluster/api-keys/key-text.ts';
import { isSecretOf, type SecretHash } from '../../../lib/cluster/api-keys/secret-hash.ts';
import { StoredApiKeys } from '../../../lib/cluster/api-keys/stored-api-keys.ts';
import type { CreatedApiKey } from '../../../lib/cluster/api-keys/types.ts';
import { toKafkaError } from '../../../lib/cluster/store-errors.ts';
import { NotDoneError } from '../../../lib/storage/errors.ts';
import { openStore } from '../../cluster/stores.ts';

const basic = (user: string, password: string): string => `Basic ${btoa(`${user}:${password}`)}`;
const request = (authorization?: string): Request =>
  new Request('http://broker.test/topics', {
    headers: authorization === undefined ? {} : { Authorization: authorization },
  });

/** Keys in a real store, what is asked of the store and of scrypt, and a clock that the test moves. */
async function setUp() {
  const store = await openStore();
  const apiKeys = new StoredApiKeys({ store, nowMs: () => 0, randomBytes });
  const seen = { reads: 0, hashes: [] as SecretHash[], hashesAtOnceMax: 0 };
  const clock = { ms: 1_000, frozenMs: 0 };
  const errors: unknown[] = [];
  let atOnce = 0;
  let beforeHash: () => Promise<void> = async () => undefined;
  let beforeRead: () => Promise<void> = async () => undefined;
  const authenticator = apiKeyAuthenticator({
    apiKeys: {
      async credentialOf(keyId) {
        seen.reads++;
        await beforeRead();
        return apiKeys.credentialOf(keyId);
      },
    },
    monotonicMs: () => clock.ms,
    nowMs: () => clock.ms + clock.frozenMs,
    onError: (error) => errors.push(error),
    async isSecretOf(hash, secret) {
      seen.hashes.push(hash);
      seen.hashesAtOnceMax = Math.max(seen.hashesAtOnceMax, ++atOnce);
      await beforeHash();
      const isSecret = await isSecretOf(hash, secret);
      atOnce--;
      return isSecret;
    },
  });
  const authenticate = (header?: string) => authenticator.authenticate(request(header), {});
  return {
    apiKeys,
    seen,
    clock,
    errors,
    authenticator,
    authenticate,
    use: ({ keyId, secret }: CreatedApiKey) => authenticate(basic(keyId, secret)),
    /** From now on, hashing waits for what this returns. */
    holdHashes() {
      const { promise, resolve } = Promise.withResolvers<void>();
      beforeHash = () => promise;
      return resolve;
    },
    onRead(work: () => Promise<void>) {
      beforeRead = work;
    },
  };
}

const alice = { principal: 'User:alice' };
const strangers = () => basic(newKeyId(randomBytes), newSecret(randomBytes));

/** All of an answer that a client sees. */
async function refusalOf(authenticating: Promise<string>) {
  const error = await authenticating.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof ApiError)) throw new Error('it was not refused', { cause: error });
  const { status, errorCode, message, headers } = error;
  return { status, errorCode, message, headers };
}

const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="rivulet", charset="UTF-8"' };

test('a key and its secret prove their principal', async () => {
  const { apiKeys, use } = await setUp();
  const [one, two] = [await apiKeys.create(alice), await apiKeys.create({ principal: 'User:bob' })];
  expect(await use(one)).toBe('User:alice');
  expect(await use(two)).toBe('User:bob');
});

test.each([undefined, 'Bearer abc', 'Basic', 'Basic !', `Basic ${btoa('no colon')}`])(
  'a request with Authorization %j is told what is wanted',
  async (header) => {
    const { authenticate, seen } = await setUp();
    expect(await refusalOf(authenticate(header))).toEqual({
      status: 401,
      errorCode: 40101,
      message: 'This request needs an API key: send its id and secret with HTTP Basic (curl -u key:secret).',
      headers: CHALLENGE,
    });
    expect(seen).toMatchObject({ reads: 0, hashes: [] });
  },
);

test('an unknown key, a wrong secret, another key’s secret and a revoked key get the same answer for the same work', async () => {
  const { apiKeys, authenticate, seen, clock } = await setUp();
  const [one, two] = [await apiKeys.create(alice), await apiKeys.create(alice)];
  await apiKeys.revoke(two.keyId);
  const wrong = [
    basic(newKeyId(randomBytes), one.secret),
    basic(one.keyId, newSecret(randomBytes)),
    basic(one.keyId, two.secret),
    basic(two.keyId, two.secret),
  ];
  const costs = ({ algorithm, cost, blockSize, parallelization }: SecretHash) => [
    algorithm,
    cost,
    blockSize,
    parallelization,
  ];
  for (const header of wrong) {
    clock.ms += 2 * CACHE_TTL_MS;
    seen.reads = 0;
    seen.hashes = [];
    expect(await refusalOf(authenticate(header))).toEqual({
      status: 401,
      errorCode: 40101,
      message: 'There is no such API key, or it was revoked, or the secret is not its own.',
      headers: CHALLENGE,
    });
    expect({ ...seen, hashes: seen.hashes.map(costs) }).toEqual({
      reads: 1,
      hashes: [['scrypt', 1_024, 8, 1]],
      hashesAtOnceMax: 1,
    });
  }
});

test.each([
  ['alice', 'rivulet_'],
  ['AAAAAAAAAAAAAAAA', ''],
  ['AAAAAAAAAAAAAAAA', 'x'.repeat(10_000)],
  ['meta', `rivulet_${'x'.repeat(43)}`],
])('what has not the form of a key (%s) costs nothing', async (user, password) => {
  const { authenticate, seen } = await setUp();
  expect(await refusalOf(authenticate(basic(user, password)))).toMatchObject({
    status: 401,
    errorCode: 40101,
  });
  expect(seen).toMatchObject({ reads: 0, hashes: [] });
});

test('requests with a key that was just proven read nothing and hash nothing', async () => {
  const { apiKeys, use, seen, clock } = await setUp();
  const key = await apiKeys.create(alice);
  for (let at = 0; at < 100; at++) {
    await use(key);
    clock.ms += (CACHE_TTL_MS - 1) / 100;
  }
  expect(seen).toMatchObject({ reads: 1, hashes: [expect.anything()] });
});

test('later they read the key again, and hash nothing as long as it is the same', async () => {
  const { apiKeys, use, seen, clock } = await setUp();
  const key = await apiKeys.create(alice);
  for (let at = 0; at < 100; at++) {
    await use(key);
    clock.ms += CACHE_TTL_MS;
  }
  expect(seen).toMatchObject({ reads: 100, hashes: [expect.anything()] });
});

test('a key that was revoked elsewhere is refused after ten seconds at the latest', async () => {
  const { apiKeys, use, clock } = await setUp();
  const key = await apiKeys.create(alice);
  await use(key);
  clock.ms += 5_000;
  await apiKeys.revoke(key.keyId);
  clock.ms += 4_999;
  expect(await use(key)).toBe('User:alice');
  clock.ms += 1;
  expect(await refusalOf(use(key))).toMatchObject({ status: 401 });
});

test('a key that was revoked while the process was frozen, and its clock stood still, is refused at once', async () => {
  const { apiKeys, use, clock } = await setUp();
  const key = await apiKeys.create(alice);
  await use(key);
  await apiKeys.revoke(key.keyId);
  clock.frozenMs = 3_600_000;
  expect(await refusalOf(use(key))).toMatchObject({ status: 401 });
});

test.each([
  ['far back', 0],
  ['back by as much as has passed', CACHE_TTL_MS],
])('a clock that is set %s keeps nobody known', async (_, passedMs) => {
  const { apiKeys, use, clock } = await setUp();
  const key = await apiKeys.create(alice);
  await use(key);
  await apiKeys.revoke(key.keyId);
  clock.ms += passedMs;
  clock.frozenMs = -CACHE_TTL_MS;
  expect(await refusalOf(use(key))).toMatchObject({ status: 401 });
});

test('a key that is revoked while it is read again is refused ten seconds later, however long the read took', async () => {
  const { apiKeys, use, clock, onRead } = await setUp();
  const key = await apiKeys.create(alice);
  await use(key);
  clock.ms += CACHE_TTL_MS;
  onRead(async () => {
    clock.ms += 3_000;
  });
  expect(await use(key)).toBe('User:alice');
  await apiKeys.revoke(key.keyId);
  clock.ms += CACHE_TTL_MS - 3_000;
  expect(await refusalOf(use(key))).toMatchObject({ status: 401 });
});

test('a burst of requests with one key is one proof', async () => {
  const { apiKeys, use, seen } = await setUp();
  const key = await apiKeys.create(alice);
  const principals = await Promise.all(Array.from({ length: 1_000 }, () => use(key)));
  expect(new Set(principals)).toEqual(new Set(['User:alice']));
  expect(seen).toMatchObject({ reads: 1, hashes: [expect.anything()] });
});

test('the same wrong secret again and again is hashed once in ten seconds', async () => {
  const { authenticate, seen, clock } = await setUp();
  const header = strangers();
  for (let at = 0; at < 10; at++)
    expect(await refusalOf(authenticate(header))).toMatchObject({ status: 401 });
  expect(seen.hashes).toHaveLength(1);
  clock.ms += CACHE_TTL_MS + 1;
  await refusalOf(authenticate(header));
  expect(seen.hashes).toHaveLength(2);
});

test('two secrets are hashed at once, 64 wait, and others are told to come again', async () => {
  const { authenticate, seen, holdHashes } = await setUp();
  const release = holdHashes();
  const answers = Array.from({ length: 100 }, () => refusalOf(authenticate(strangers())));
  const early = await Promise.all(answers.slice(66));
  for (const answer of early) {
    expect(answer).toEqual({
      status: 503,
      errorCode: 503,
      message: 'Too many API keys are being checked at once. Try again in a moment.',
      headers: { 'Retry-After': '1' },
    });
  }
  release();
  const late = await Promise.all(answers.slice(0, 66));
  expect(new Set(late.map(({ status }) => status))).toEqual(new Set([401]));
  expect(seen).toMatchObject({ reads: 66, hashesAtOnceMax: 2 });
  expect(await refusalOf(authenticate(strangers()))).toMatchObject({ status: 401 });
});

test('whoever was proven before gets through while others send secrets that nobody knows', async () => {
  const { apiKeys, authenticate, use, clock, holdHashes } = await setUp();
  const key = await apiKeys.create(alice);
  await use(key);
  const release = holdHashes();
  const flood = Array.from({ length: 3_000 }, () => refusalOf(authenticate(strangers())));
  expect(await use(key)).toBe('User:alice');
  clock.ms += 2 * CACHE_TTL_MS;
  expect(await use(key)).toBe('User:alice');
  release();
  await Promise.all(flood);
});

test('a wrong secret that was refused does not become right, and leaves the right one alone', async () => {
  const { apiKeys, authenticate, use } = await setUp();
  const key = await apiKeys.create(alice);
  const wrong = basic(key.keyId, newSecret(randomBytes));
  await refusalOf(authenticate(wrong));
  expect(await use(key)).toBe('User:alice');
  expect(await refusalOf(authenticate(wrong))).toMatchObject({ status: 401 });
});

test('a store that is away is no wrong secret: the next request tries again, and hears nothing of the store', async () => {
  const { apiKeys, use, onRead, clock, errors } = await setUp();
  const key = await apiKeys.create(alice);
  const away = async () => {
    throw toKafkaError(new NotDoneError('table keys-of-123456789012 is away', { retriable: true }));
  };
  const answer = {
    error: 'KAFKA_STORAGE_ERROR',
    message: 'The API keys cannot be read now, so none can be checked. Try again in a moment.',
  };
  onRead(away);
  await expect(use(key)).rejects.toMatchObject(answer);
  expect(String(errors.at(-1))).toContain('table keys-of-123456789012 is away');
  onRead(async () => undefined);
  expect(await use(key)).toBe('User:alice');
  clock.ms += CACHE_TTL_MS;
  onRead(away);
  await expect(use(key)).rejects.toMatchObject(answer);
  onRead(async () => undefined);
  expect(await use(key)).toBe('User:alice');
});
