import { KafkaError } from '../../kafka/errors.ts';
import type { Item } from '../../storage/item.ts';
import { API_KEYS_PK, apiKeyKey } from '../../storage/keys.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { hasControlCharacters, whyNotPrincipal } from '../principal.ts';
import { queryAll } from '../query-all.ts';
import { withKafkaErrors } from '../store-errors.ts';
import { repeat, writeOnce } from '../write-once.ts';
import { asApiKey, DESCRIPTION_LENGTH_MAX, decodeApiKey, encodeApiKey } from './api-key-item.ts';
import { isKeyId, newKeyId, newSecret, type RandomBytes } from './key-text.ts';
import { hashSecret, SALT_BYTES } from './secret-hash.ts';
import type { ApiKey, ApiKeyCredential, ApiKeyStore, CreatedApiKey, NewApiKey } from './types.ts';

/** So that a list of them stays a small answer. Some that are made at the very same time may come on top. */
export const API_KEYS_MAX = 1_000;
/** That another key has the same 80 random bits does not happen, let alone again. */
const IDS_MAX = 3;

export interface StoredApiKeysOptions {
  readonly store: MetadataStore;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Gives that many random bytes, which nobody can foresee. */
  readonly randomBytes: RandomBytes;
}

/** The API keys in a metadata store. Nothing is cached: whoever checks keys at every request does that. */
export class StoredApiKeys implements ApiKeyStore {
  readonly #options: StoredApiKeysOptions;

  constructor(options: StoredApiKeysOptions) {
    this.#options = options;
  }

  async create(key: NewApiKey): Promise<CreatedApiKey> {
    checkNewKey(key);
    const { nowMs, randomBytes } = this.#options;
    const secret = newSecret(randomBytes);
    const hash = await hashSecret(secret, randomBytes(SALT_BYTES));
    return withKafkaErrors(async () => {
      await this.#checkCount();
      for (let drawn = 0; drawn < IDS_MAX; drawn++) {
        const made = { keyId: newKeyId(randomBytes), ...key, createdMs: nowMs(), hash };
        if (await this.#put(made)) return { ...asApiKey(made), secret };
      }
      throw new Error('assertion failed: random key ids repeat themselves');
    });
  }

  list(): Promise<ApiKey[]> {
    return withKafkaErrors(async () => {
      const items = await Array.fromAsync(queryAll(this.#options.store, { pk: API_KEYS_PK }));
      return items.map((item) => asApiKey(decodeApiKey(item)));
    });
  }

  async get(keyId: string): Promise<ApiKey> {
    const found = await this.credentialOf(keyId);
    if (found === undefined) throw unknownKey(keyId);
    return asApiKey(found);
  }

  credentialOf(keyId: string): Promise<ApiKeyCredential | undefined> {
    return withKafkaErrors(async () => {
      const item = await this.#read(keyId);
      return item && decodeApiKey(item);
    });
  }

  /** What is in the item does not matter here, so that a damaged key can be taken away as well. */
  revoke(keyId: string): Promise<void> {
    return withKafkaErrors(async () => {
      if ((await this.#read(keyId)) === undefined) throw unknownKey(keyId);
      const key = apiKeyKey(keyId);
      await repeat(() => this.#options.store.write([{ kind: 'delete', key, condition: 'none' }]));
    });
  }

  async #read(keyId: string): Promise<Item | undefined> {
    return isKeyId(keyId) ? repeat(() => this.#options.store.get(apiKeyKey(keyId))) : undefined;
  }

  async #checkCount(): Promise<void> {
    const items = await Array.fromAsync(queryAll(this.#options.store, { pk: API_KEYS_PK }));
    if (items.length < API_KEYS_MAX) return;
    throw new KafkaError(
      'POLICY_VIOLATION',
      `There are ${items.length} API keys, and there may be ${API_KEYS_MAX}: revoke one that nobody uses.`,
    );
  }

  /** False when another key has this id. */
  async #put(made: Omit<ApiKeyCredential, 'version'>): Promise<boolean> {
    const { key, attributes } = encodeApiKey(made);
    const outcome = await writeOnce(this.#options.store, [
      { kind: 'put', key, attributes, condition: 'absent' },
    ]);
    if (outcome.kind === 'done') return true;
    // Refused may mean that an attempt of ours whose answer was lost had been done.
    const [current] = outcome.current;
    return outcome.mayBeOwn && current !== undefined && decodeApiKey(current).hash.hash === made.hash.hash;
  }
}

/** @throws KafkaError INVALID_REQUEST. */
function checkNewKey({ principal, description = '' }: NewApiKey): void {
  const reason = whyNotPrincipal(principal);
  if (reason !== undefined) {
    throw new KafkaError('INVALID_REQUEST', `The principal ${reason}. It looks like User:alice.`);
  }
  const isText = description.isWellFormed() && !hasControlCharacters(description);
  if (!isText || description.length > DESCRIPTION_LENGTH_MAX) {
    throw new KafkaError(
      'INVALID_REQUEST',
      `The description has to be one line of up to ${DESCRIPTION_LENGTH_MAX} characters.`,
    );
  }
}

const unknownKey = (keyId: string): KafkaError =>
  new KafkaError('RESOURCE_NOT_FOUND', `There is no API key ${JSON.stringify(keyId.slice(0, 64))}.`);
