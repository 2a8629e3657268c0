import { randomBytes as systemRandomBytes } from 'node:crypto';
import { auth as basicCredentialsOf } from 'hono/utils/basic-auth';
import { LRUCache } from 'lru-cache';
import { isKeyId, isSecret } from '../../cluster/api-keys/key-text.ts';
import { hashOfNoSecret, isSecretOf, type SecretHash } from '../../cluster/api-keys/secret-hash.ts';
import { API_KEYS_MAX } from '../../cluster/api-keys/stored-api-keys.ts';
import type { ApiKeyCredential, ApiKeyStore } from '../../cluster/api-keys/types.ts';
import { KafkaError } from '../../kafka/errors.ts';
import type { Authenticator } from './authenticator.ts';
import { BoundedWork } from './bounded-work.ts';
import { credentialDigest, DIGEST_KEY_BYTES } from './credential-digest.ts';
import { REALM, unauthenticated } from './unauthenticated.ts';

export interface ApiKeyAuthenticatorOptions {
  readonly apiKeys: Pick<ApiKeyStore, 'credentialOf'>;
  /** A monotonic clock, in milliseconds. */
  readonly monotonicMs: () => number;
  /** Milliseconds since 1970. @default Date.now */
  readonly nowMs?: () => number;
  /** Gives that many random bytes. @default the system's */
  readonly randomBytes?: (bytes: number) => Uint8Array;
  /** Compares a secret with a hash. @default scrypt */
  readonly isSecretOf?: (hash: SecretHash, secret: string) => Promise<boolean>;
  /** Hears why keys could not be read. @default a warning of the process */
  readonly onError?: (error: unknown) => void;
}

const warn = (error: unknown): void => process.emitWarning(error instanceof Error ? error : String(error));

/** For so long a key that was revoked elsewhere is still taken, and a wrong secret is refused without a look. */
export const CACHE_TTL_MS = 10_000;
/**
 * Proofs are kept apart from refusals, so that whoever sends one wrong secret after the other makes nobody be forgotten
 * who sent the right one.
 */
const PROVEN_MAX = API_KEYS_MAX;
const REFUSED_MAX = 1_000;
/** A hash takes one of the four threads that also read and write files. */
const PROOFS_AT_ONCE_MAX = 2;
/** Some tenths of a second of work. */
const PROOFS_WAITING_MAX = 64;

const CHALLENGE = `Basic realm="${REALM}", charset="UTF-8"`;

const missing = () =>
  unauthenticated(
    'This request needs an API key: send its id and secret with HTTP Basic (curl -u key:secret).',
    CHALLENGE,
  );

/** The same for a key that there is not and for a secret that is wrong: which of the two it is, is nobody's business. */
const refused = () =>
  unauthenticated('There is no such API key, or it was revoked, or the secret is not its own.', CHALLENGE);

const UNREADABLE = 'The API keys cannot be read now, so none can be checked. Try again in a moment.';

/**
 * A moment by both clocks. The monotonic one may stand still while a function is frozen, and then a key that was revoked
 * an hour ago would be known for ten seconds more; the other one may be set. So both have to say that it was just now.
 */
interface Moment {
  readonly monotonicMs: number;
  readonly nowMs: number;
}

type Proof = Pick<ApiKeyCredential, 'principal' | 'version'> & { readonly provenAt: Moment };

interface Given {
  readonly keyId: string;
  readonly secret: string;
}

/**
 * Takes API keys by HTTP Basic (RFC 7617): the key's id as the user, its secret as the password.
 *
 * A request that sends what was proven a moment ago costs a keyed hash. After {@link CACHE_TTL_MS} the key is read again,
 * and while its version is the one that the secret was proven against, there is nothing to prove again. Caches know
 * what was sent by a hash under a key of this process, never as it is.
 */
export function apiKeyAuthenticator(options: ApiKeyAuthenticatorOptions): Authenticator {
  const keys = new ApiKeyProofs(options);
  return {
    acceptsApiKeys: true,
    async authenticate(request) {
      const given = basicCredentialsOf(request);
      if (given === undefined) throw missing();
      // What has not the form of a key needs no look at the store, and says nothing about which keys there are.
      if (!isKeyId(given.username) || !isSecret(given.password)) throw refused();
      return keys.principalOf({ keyId: given.username, secret: given.password });
    },
  };
}

class ApiKeyProofs {
  readonly #apiKeys: ApiKeyAuthenticatorOptions['apiKeys'];
  readonly #moment: () => Moment;
  readonly #isSecretOf: (hash: SecretHash, secret: string) => Promise<boolean>;
  readonly #onError: (error: unknown) => void;
  readonly #digestOf: (keyId: string, secret: string) => string;
  readonly #proven: LRUCache<string, Proof>;
  readonly #refused: LRUCache<string, true>;
  /** Proofs under way, by digest, so that a burst of requests with one key makes one. */
  readonly #underWay = new Map<string, Promise<string>>();
  readonly #work = new BoundedWork({
    atOnceMax: PROOFS_AT_ONCE_MAX,
    waitingMax: PROOFS_WAITING_MAX,
    message: 'Too many API keys are being checked at once. Try again in a moment.',
  });

  constructor(options: ApiKeyAuthenticatorOptions) {
    const { apiKeys, monotonicMs, nowMs = Date.now, randomBytes = systemRandomBytes } = options;
    this.#apiKeys = apiKeys;
    this.#moment = () => ({ monotonicMs: monotonicMs(), nowMs: nowMs() });
    this.#isSecretOf = options.isSecretOf ?? isSecretOf;
    this.#onError = options.onError ?? warn;
    this.#digestOf = credentialDigest(randomBytes(DIGEST_KEY_BYTES));
    this.#proven = new LRUCache({ max: PROVEN_MAX });
    const perf = { now: monotonicMs };
    this.#refused = new LRUCache({ max: REFUSED_MAX, ttl: CACHE_TTL_MS, ttlResolution: 0, perf });
  }

  /** @throws ApiError 401, 503; KafkaError KAFKA_STORAGE_ERROR. */
  async principalOf(given: Given): Promise<string> {
    const digest = this.#digestOf(given.keyId, given.secret);
    const proof = this.#proven.get(digest);
    if (proof !== undefined && this.#isFresh(proof)) return proof.principal;
    if (this.#refused.has(digest)) throw refused();
    const underWay = this.#underWay.get(digest);
    if (underWay !== undefined) return underWay;
    const proving = this.#prove(given, digest, proof).finally(() => this.#underWay.delete(digest));
    this.#underWay.set(digest, proving);
    return proving;
  }

  #isFresh({ provenAt }: Proof): boolean {
    const { monotonicMs, nowMs } = this.#moment();
    const sinceMs = Math.max(monotonicMs - provenAt.monotonicMs, Math.abs(nowMs - provenAt.nowMs));
    return sinceMs < CACHE_TTL_MS;
  }

  async #prove(given: Given, digest: string, before: Proof | undefined): Promise<string> {
    if (before !== undefined) {
      const principal = await this.#confirm(given, digest, before);
      if (principal !== undefined) return principal;
    }
    return this.#work.run(async () => {
      const provenAt = this.#moment();
      const key = await this.#read(given.keyId);
      const isSecret = await this.#isSecretOf(key?.hash ?? hashOfNoSecret, given.secret);
      if (key === undefined || !isSecret) {
        this.#refused.set(digest, true);
        throw refused();
      }
      this.#proven.set(digest, { principal: key.principal, version: key.version, provenAt });
      return key.principal;
    });
  }

  /** Reads a key that was proven before, without a place among those that prove: nobody can keep its owner waiting. */
  async #confirm({ keyId }: Given, digest: string, { version }: Proof): Promise<string | undefined> {
    // Before the read: what is revoked behind it is taken until this is too long ago.
    const provenAt = this.#moment();
    const key = await this.#read(keyId);
    if (key?.version !== version) {
      this.#proven.delete(digest);
      return undefined;
    }
    this.#proven.set(digest, { principal: key.principal, version, provenAt });
    return key.principal;
  }

  /** What a store says of itself, be it its place or its account, is not for somebody who has proven nothing. */
  async #read(keyId: string): Promise<ApiKeyCredential | undefined> {
    try {
      return await this.#apiKeys.credentialOf(keyId);
    } catch (cause) {
      if (!(cause instanceof KafkaError)) throw cause;
      this.#onError(cause);
      throw new KafkaError(cause.error, UNREADABLE, { cause });
    }
  }
}
