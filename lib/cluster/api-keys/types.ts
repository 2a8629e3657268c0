import type { Version } from '../../storage/item.ts';
import type { SecretHash } from './secret-hash.ts';

/** A key of the API, without what proves it. */
export interface ApiKey {
  readonly keyId: string;
  /** Who sends what comes with this key: `User:` and a name. Several keys may be of one principal. */
  readonly principal: string;
  /** What it is for, to whoever lists keys. */
  readonly description?: string;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
}

export type NewApiKey = Pick<ApiKey, 'principal' | 'description'>;

/** A key that was just made. Nothing but this has its secret. */
export interface CreatedApiKey extends ApiKey {
  readonly secret: string;
}

/** What a secret is checked against. A key never changes, so one version of it has one hash. */
export interface ApiKeyCredential extends ApiKey {
  readonly hash: SecretHash;
  readonly version: Version;
}

/** The API keys of the cluster. Expected failures are KafkaErrors, also KAFKA_STORAGE_ERROR and REQUEST_TIMED_OUT. */
export interface ApiKeyStore {
  /**
   * Makes a key with a secret of its own, which is in this answer and nowhere else.
   *
   * @throws KafkaError INVALID_REQUEST when the principal or the description cannot be one, POLICY_VIOLATION when there
   * are as many keys as there may be.
   */
  create(key: NewApiKey): Promise<CreatedApiKey>;
  /** All keys in the order of their ids. */
  list(): Promise<ApiKey[]>;
  /** @throws KafkaError RESOURCE_NOT_FOUND. */
  get(keyId: string): Promise<ApiKey>;
  /** What proves a key, as it stands in the store now; `undefined` when there is no such key. */
  credentialOf(keyId: string): Promise<ApiKeyCredential | undefined>;
  /** Takes a key away for good. @throws KafkaError RESOURCE_NOT_FOUND. */
  revoke(keyId: string): Promise<void>;
}
