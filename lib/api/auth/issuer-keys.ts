import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod';
import { ApiError, RETRY_AFTER } from '../errors/api-error.ts';
import { checkIssuer, isSecure } from './check-issuer.ts';

/** Each of the two requests. */
const FETCH_TIMEOUT_MS = 5_000;
/** Of either document; real ones have a few kilobytes. */
const DOCUMENT_BYTES_MAX = 256 * 1024;

/** What is used of OpenID Connect Discovery 1.0 §3. */
const configurationSchema = z.object({ issuer: z.string(), jwks_uri: z.string() });

/**
 * The keys that an issuer signs its tokens with, as its OpenID configuration tells (`jwks_uri`). They are read when a
 * token first needs them, kept for ten minutes, and read again when a token names one that is not there, every half
 * minute at most. When they cannot be read, the next token tries again.
 *
 * What it gives throws ApiError 503 when the issuer does not answer as it should; errors.JWKSNoMatchingKey.
 *
 * @param onError Hears why keys could not be read; a client is told only that.
 * @throws TypeError as `checkIssuer`.
 */
export function issuerKeys(issuer: string, onError: (error: unknown) => void): JWTVerifyGetKey {
  checkIssuer(issuer);
  let finding: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;
  return async (header, token) => {
    finding ??= findKeys(issuer);
    const current = finding;
    try {
      return await (await current)(header, token);
    } catch (error) {
      const isOfToken =
        error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      if (isOfToken) throw error;
      // They may be elsewhere by now.
      if (finding === current) finding = undefined;
      onError(error);
      throw unreadable(issuer);
    }
  };
}

async function findKeys(issuer: string): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const place = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
  const response = await fetchBounded(place, { redirect: 'error', signal });
  if (response.status !== 200) throw new Error(`${place} answers ${response.status}`);
  const found = configurationSchema.parse(await response.json());
  // OpenID Connect Discovery 1.0 §4.3: somebody else's configuration could name somebody else's keys.
  if (found.issuer !== issuer) throw new Error(`${place} is the configuration of ${found.issuer}`);
  const keys = URL.parse(found.jwks_uri);
  if (keys === null || !isSecure(keys))
    throw new Error(`${place} names keys at ${found.jwks_uri}: no https URL`);
  return createRemoteJWKSet(keys, { timeoutDuration: FETCH_TIMEOUT_MS, [customFetch]: fetchBounded });
}

/** `fetch`, with the whole body in memory if it is a small one. */
async function fetchBounded(url: string, init: RequestInit): Promise<Response> {
  const { status, body } = await fetch(url, init);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > DOCUMENT_BYTES_MAX) throw new Error(`${url} is larger than ${DOCUMENT_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  // Those that have no body do not count, and `Response` refuses an empty one for them.
  return new Response(bytes === 0 ? null : Buffer.concat(chunks), { status });
}

const unreadable = (issuer: string): ApiError =>
  new ApiError(
    503,
    503,
    `The keys of ${issuer} cannot be read now, so no token can be checked. Try again in a moment.`,
    RETRY_AFTER,
  );
