import { KafkaError } from '../../kafka/errors.ts';
import type { WriteOp } from '../../storage/item.ts';
import { ACLS_PK } from '../../storage/keys.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { queryAll } from '../query-all.ts';
import { withKafkaErrors } from '../store-errors.ts';
import { repeat } from '../write-once.ts';
import { type AclBinding, compareAcls } from './acl-binding.ts';
import { type AclFilter, isMeantBy } from './acl-filter.ts';
import { decodeAcl, encodeAcl, keyOfAcl } from './acl-item.ts';

/** Rules of a cluster: every process that serves requests reads all of them every few seconds. */
export const RULES_MAX = 4_000;
/** Several processes that make rules at once can go above it, by what each makes, but never as far as this. */
const RULES_READ_MAX = 2 * RULES_MAX;
/** Rules made at once, all or none: what one write of a store takes. */
export const CREATED_MAX = 100;
const DELETED_AT_ONCE_MAX = 100;

/** The rules of a cluster. Expected failures are KafkaErrors: KAFKA_STORAGE_ERROR, and those that stand at each call. */
export interface AclStore {
  /** Grows with each change that is made through this object, whether it was heard of or not. */
  readonly revision: number;

  /** In the order of resource types, names, pattern types, principals and operations. */
  list(filter: AclFilter): Promise<AclBinding[]>;

  /**
   * Makes all of the rules or none. One that is there already stays.
   * @throws KafkaError INVALID_REQUEST for more than {@link CREATED_MAX}; POLICY_VIOLATION above {@link RULES_MAX};
   *   REQUEST_TIMED_OUT, and then the same call can be made again.
   */
  create(bindings: readonly AclBinding[]): Promise<void>;

  /**
   * Removes the rules that any of the filters means, what they allow before what they deny.
   * @returns what was removed, in the order of `list`. @throws KafkaError REQUEST_TIMED_OUT.
   */
  delete(filters: readonly AclFilter[]): Promise<AclBinding[]>;
}

/** The rules in a metadata store. */
export class StoredAcls implements AclStore {
  readonly #store: MetadataStore;
  #revision = 0;

  constructor(store: MetadataStore) {
    this.#store = store;
  }

  get revision(): number {
    return this.#revision;
  }

  list(filter: AclFilter): Promise<AclBinding[]> {
    return withKafkaErrors(async () => (await this.#readAll()).filter((acl) => isMeantBy(filter, acl)));
  }

  create(bindings: readonly AclBinding[]): Promise<void> {
    return withKafkaErrors(async () => {
      if (bindings.length > CREATED_MAX) throw tooManyAtOnce(bindings.length);
      const standing = new Set((await this.#readAll()).map(idOf));
      const added = new Map(
        bindings.map((acl) => [idOf(acl), acl] as const).filter(([id]) => !standing.has(id)),
      );
      if (added.size === 0) return;
      if (standing.size + added.size > RULES_MAX) throw tooMany(standing.size);
      await this.#write(
        Array.from(added.values(), (acl): WriteOp => ({ kind: 'put', ...encodeAcl(acl), condition: 'none' })),
      );
    });
  }

  delete(filters: readonly AclFilter[]): Promise<AclBinding[]> {
    return withKafkaErrors(async () => {
      const meant = (await this.#readAll()).filter((acl) => filters.some((each) => isMeantBy(each, acl)));
      // In between nobody may do more than before, but for the last rules of all, behind which everything is allowed.
      const { ALLOW = [], DENY = [] } = Object.groupBy(meant, ({ permission }) => permission);
      const ops = [...ALLOW, ...DENY].map((acl): WriteOp => {
        return { kind: 'delete', key: keyOfAcl(acl), condition: 'none' };
      });
      for (let at = 0; at < ops.length; at += DELETED_AT_ONCE_MAX)
        await this.#write(ops.slice(at, at + DELETED_AT_ONCE_MAX));
      return meant;
    });
  }

  /** Any number of times is as good as once. */
  async #write(ops: readonly WriteOp[]): Promise<void> {
    try {
      await repeat(() => this.#store.write(ops));
    } finally {
      this.#revision += 1;
    }
  }

  async #readAll(): Promise<AclBinding[]> {
    const rules: AclBinding[] = [];
    for await (const item of queryAll(this.#store, { pk: ACLS_PK })) {
      if (rules.length === RULES_READ_MAX) throw unreadable();
      rules.push(decodeAcl(item));
    }
    return rules.sort(compareAcls);
  }
}

const idOf = (acl: AclBinding): string => keyOfAcl(acl).sk;

const tooManyAtOnce = (count: number): KafkaError =>
  new KafkaError(
    'INVALID_REQUEST',
    `${count} rules in one request, above the limit of ${CREATED_MAX}: send them in parts.`,
  );

const tooMany = (count: number): KafkaError =>
  new KafkaError(
    'POLICY_VIOLATION',
    `There are ${count} rules, and may be ${RULES_MAX}: name resources by prefix, or remove rules first.`,
  );

/** Rules that are left out could be those that deny. */
const unreadable = (): KafkaError =>
  new KafkaError(
    'UNKNOWN_SERVER_ERROR',
    `The metadata store holds more than ${RULES_READ_MAX} rules, so nothing is allowed: remove items of ${ACLS_PK} from it.`,
  );
