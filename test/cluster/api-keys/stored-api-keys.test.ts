import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeApiKey } from '../../../lib/cluster/api-keys/api-key-item.ts';
import { isKeyId, isSecret, newKeyId } from '../../../lib/cluster/api-keys/key-text.ts';
import { hashOfNoSecret, isSecretOf } from '../../../lib/cluster/api-keys/secret-hash.ts';
import { API_KEYS_MAX, StoredApiKeys } from '../../../lib/cluster/api-keys/stored-api-keys.ts';
import { NotDoneError, UnknownOutcomeError } from '../../../lib/storage/errors.ts';
import type { PutOp } from '../../../lib/storage/item.ts';
import { apiKeyKey } from '../../../lib/storage/keys.ts';
import type { MetadataStore } from '../../../lib/storage/metadata-store.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { interruptedStore } from '../interrupted-store.ts';
import { openStore } from '../stores.ts';

const NOW_MS = Date.parse('2026-01-31T12:00:00Z');
const keysIn = (store: MetadataStore) => new StoredApiKeys({ store, nowMs: () => NOW_MS, randomBytes });

const alice = { principal: 'User:alice' };

test('a key that was made is listed and found, without its secret', async () => {
  const keys = keysIn(await openStore());
  const made = await keys.create({ ...alice, description: 'nightly job' });
  const { secret, ...key } = made;
  expect(key).toEqual({ ...alice, keyId: made.keyId, description: 'nightly job', createdMs: NOW_MS });
  expect(await keys.get(made.keyId)).toEqual(key);
  expect(await keys.list()).toEqual([key]);
});

test('keys and secrets have their forms, and no two are alike', async () => {
  const keys = keysIn(await openStore());
  const made = await Promise.all(Array.from({ length: 20 }, () => keys.create(alice)));
  for (const { keyId, secret } of made) {
    expect(isKeyId(keyId)).toBe(true);
    expect(isSecret(secret)).toBe(true);
    expect(secret).toMatch(/^rivulet_[\w-]{43}$/);
  }
  expect(new Set(made.map(({ keyId }) => keyId)).size).toBe(20);
  expect(new Set(made.map(({ secret }) => secret)).size).toBe(20);
  expect((await keys.list()).map(({ keyId }) => keyId)).toEqual(made.map(({ keyId }) => keyId).toSorted());
});

test('the secret of a key is its own, and that of no other', async () => {
  const keys = keysIn(await openStore());
  const [one, two] = [await keys.create(alice), await keys.create(alice)];
  const credential = await keys.credentialOf(one.keyId);
  expect(await isSecretOf(credential?.hash ?? hashOfNoSecret, one.secret)).toBe(true);
  expect(await isSecretOf(credential?.hash ?? hashOfNoSecret, two.secret)).toBe(false);
});

test('nothing that is stored holds the secret, or the bytes that it stands for', async () => {
  const folder = await tempFolder();
  const { keyId, secret } = await keysIn(await openStore(folder)).create(alice);
  const text = secret.slice('rivulet_'.length);
  const bytes = Buffer.from(text, 'base64url');
  const files = await readdir(folder);
  const all = Buffer.concat(await Promise.all(files.map((file) => readFile(join(folder, file)))));
  expect(all.includes(keyId)).toBe(true);
  for (const trace of [text, bytes, bytes.toString('hex'), bytes.toString('base64'), btoa(secret)]) {
    expect(all.includes(trace)).toBe(false);
  }
});

test('a key that was revoked is gone, and revoking it again says so', async () => {
  const keys = keysIn(await openStore());
  const { keyId } = await keys.create(alice);
  await keys.revoke(keyId);
  expect(await keys.list()).toEqual([]);
  expect(await keys.credentialOf(keyId)).toBeUndefined();
  await expect(keys.get(keyId)).rejects.toMatchObject({ error: 'RESOURCE_NOT_FOUND' });
  await expect(keys.revoke(keyId)).rejects.toMatchObject({ error: 'RESOURCE_NOT_FOUND' });
});

test.each(['', 'meta', '../CLUSTER', 'ABCDEFGHIJKLMNO', 'x'.repeat(3_000)])(
  '%# is no key: %j',
  async (keyId) => {
    const keys = keysIn(await openStore());
    expect(await keys.credentialOf(keyId)).toBeUndefined();
    await expect(keys.revoke(keyId)).rejects.toMatchObject({ error: 'RESOURCE_NOT_FOUND' });
  },
);

test.each([
  [{ principal: 'alice' }, 'does not begin with "User:"'],
  [{ principal: 'User:' }, 'is empty'],
  [{ principal: 'User:*' }, 'nobody in particular'],
  [{ ...alice, description: 'x'.repeat(256) }, 'one line of up to 255 characters'],
  [{ ...alice, description: '\u001b[2J' }, 'one line of up to 255 characters'],
])('%j makes no key: %s', async (key, message) => {
  const keys = keysIn(await openStore());
  const refused = { error: 'INVALID_REQUEST', message: expect.stringContaining(message) };
  await expect(keys.create(key)).rejects.toMatchObject(refused);
  expect(await keys.list()).toEqual([]);
});

test('there are so many keys and no more, until one is revoked', async () => {
  const store = await openStore();
  const keys = keysIn(store);
  const ops = Array.from({ length: API_KEYS_MAX }, (): PutOp => {
    const key = { keyId: newKeyId(randomBytes), ...alice, createdMs: NOW_MS, hash: hashOfNoSecret };
    return { kind: 'put', ...encodeApiKey(key), condition: 'absent' };
  });
  for (let at = 0; at < ops.length; at += 100) await store.write(ops.slice(at, at + 100));
  await expect(keys.create(alice)).rejects.toMatchObject({
    error: 'POLICY_VIOLATION',
    message: 'There are 1000 API keys, and there may be 1000: revoke one that nobody uses.',
  });
  await keys.revoke(ops[0]?.key.sk ?? '');
  await keys.create(alice);
  expect(await keys.list()).toHaveLength(API_KEYS_MAX);
});

test.each([true, false])('a key whose answer was lost is made once (done: %s)', async (isDone) => {
  const store = await openStore();
  const makeError = () => new UnknownOutcomeError('connection reset');
  const interrupted = interruptedStore(store, { callsBefore: 1, isDone, isForGood: false, makeError });
  const { keyId } = await keysIn(interrupted.store).create(alice);
  expect(interrupted.wasInterrupted()).toBe(true);
  expect((await keysIn(store).list()).map((key) => key.keyId)).toEqual([keyId]);
});

test.each([true, false])('a revocation whose answer was lost is done (done: %s)', async (isDone) => {
  const store = await openStore();
  const { keyId } = await keysIn(store).create(alice);
  const makeError = () => new UnknownOutcomeError('connection reset');
  const interrupted = interruptedStore(store, { callsBefore: 1, isDone, isForGood: false, makeError });
  await keysIn(interrupted.store).revoke(keyId);
  expect(interrupted.wasInterrupted()).toBe(true);
  expect(await keysIn(store).list()).toEqual([]);
});

test('a store that is away is told as KAFKA_STORAGE_ERROR', async () => {
  const makeError = () => new NotDoneError('disk full', { retriable: false });
  const interruption = { callsBefore: 0, isDone: false, isForGood: true, makeError };
  const keys = keysIn(interruptedStore(await openStore(), interruption).store);
  const failed = { error: 'KAFKA_STORAGE_ERROR' };
  await expect(keys.create(alice)).rejects.toMatchObject(failed);
  await expect(keys.list()).rejects.toMatchObject(failed);
  await expect(keys.credentialOf('AAAAAAAAAAAAAAAA')).rejects.toMatchObject(failed);
});

test('a key that has the id of another is given another id', async () => {
  const store = await openStore();
  const { keyId } = await keysIn(store).create(alice);
  const ids = [Buffer.alloc(10, 7), Buffer.alloc(10, 7), Buffer.alloc(10, 8)];
  const drawing = {
    nowMs: () => NOW_MS,
    randomBytes: (length: number) => (length === 10 && ids.shift()) || randomBytes(length),
  };
  const keys = new StoredApiKeys({ store, ...drawing });
  const [one, two] = [await keys.create(alice), await keys.create(alice)];
  expect(new Set([keyId, one.keyId, two.keyId]).size).toBe(3);
  expect(ids).toEqual([]);
});

test('a damaged key is not taken, and can be revoked', async () => {
  const store = await openStore();
  const keys = keysIn(store);
  const { keyId } = await keys.create(alice);
  const attributes = {
    principal: 'User:alice',
    createdMs: NOW_MS,
    hash: { ...hashOfNoSecret, cost: 2 ** 30 },
  };
  await store.write([{ kind: 'put', key: apiKeyKey(keyId), attributes, condition: 'none' }]);
  await expect(keys.credentialOf(keyId)).rejects.toThrow();
  await keys.revoke(keyId);
  expect(await keys.list()).toEqual([]);
});
