import { createHmac } from 'node:crypto';

/** Bytes of the key that a process makes for itself. */
export const DIGEST_KEY_BYTES = 32;

/**
 * Makes what stands for a secret in a cache: who sees the one cannot get to the other, nor look it up anywhere, for the
 * key is this process's own (HMAC, RFC 2104, with SHA-256). It takes microseconds, which is why nothing is stored so.
 */
export function credentialDigest(key: Uint8Array): (keyId: string, secret: string) => string {
  return (keyId, secret) => createHmac('sha256', key).update(`${keyId}:${secret}`).digest('base64');
}
