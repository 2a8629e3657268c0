import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { credentialDigest, DIGEST_KEY_BYTES } from '../../../lib/api/auth/credential-digest.ts';
import { newKeyId, newSecret } from '../../../lib/cluster/api-keys/key-text.ts';

const key = randomBytes(DIGEST_KEY_BYTES);
const digest = credentialDigest(key);
const [keyId, secret] = [newKeyId(randomBytes), newSecret(randomBytes)];

test('what stands for a secret is an HMAC of it, under the key of the process', () => {
  expect(digest(keyId, secret)).toBe(createHmac('sha256', key).update(`${keyId}:${secret}`).digest('base64'));
  expect(credentialDigest(randomBytes(DIGEST_KEY_BYTES))(keyId, secret)).not.toBe(digest(keyId, secret));
});

test('another key, or another secret, has another', () => {
  expect(digest(newKeyId(randomBytes), secret)).not.toBe(digest(keyId, secret));
  expect(digest(keyId, newSecret(randomBytes))).not.toBe(digest(keyId, secret));
});
