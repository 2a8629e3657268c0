import { writeOnce } from '../../cluster/write-once.ts';
import { retryRepeatable } from '../../log/retry.ts';
import type { Runtime } from '../../log/runtime.ts';
import type { Condition, Item } from '../../storage/item.ts';
import {
  consumerInstanceKey,
  consumerInstancesRange,
  instanceNameOf,
  memberKey,
} from '../../storage/keys.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { decodeHeartbeat } from '../codec/member-item.ts';
import { isIdle, keptMs } from './idle.ts';
import { type Instance, memberOf } from './instance.ts';
import { decodeInstance, encodeInstance, type StoredInstance } from './instance-item.ts';

/** So many changes can others make before a write whose answer was lost is not known again. */
const CHANGES_KEPT = 8;
const CHANGE_ID_BYTES = 6;

export interface InstanceStoreOptions {
  readonly metadata: MetadataStore;
  readonly runtime: Runtime;
  /** `consumer.instance.timeout.ms`. */
  readonly timeoutMs: number;
}

/** Consumer instances in the metadata store. */
export class InstanceStore {
  readonly #metadata: MetadataStore;
  readonly #runtime: Runtime;
  readonly #timeoutMs: number;

  constructor({ metadata, runtime, timeoutMs }: InstanceStoreOptions) {
    this.#metadata = metadata;
    this.#runtime = runtime;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws StoreErrors. */
  async read(groupId: string, name: string): Promise<StoredInstance | undefined> {
    const item = await this.#repeat(() => this.#metadata.get(consumerInstanceKey(groupId, name)));
    return item && decodeInstance(item);
  }

  /** Up to `limit` instances of a group whose names come behind `name`, in their order. */
  async behind(
    groupId: string,
    name: string,
    limit: number,
  ): Promise<(StoredInstance & { readonly name: string })[]> {
    const from = `${consumerInstanceKey(groupId, name).sk}\0`;
    const range = { ...consumerInstancesRange(groupId), from };
    const items = await this.#repeat(() => this.#metadata.query({ ...range, limit, direction: 'forward' }));
    return items.map((item) => ({ ...decodeInstance(item), name: instanceNameOf(item.key) }));
  }

  /** Whether an instance counts as absent; looks at its member's heartbeats where its item alone does not tell. */
  async isIdle(groupId: string, instance: Instance): Promise<boolean> {
    const nowMs = this.#runtime.nowMs();
    if (!isIdle(instance, undefined, this.#timeoutMs, nowMs)) return false;
    const member = memberOf(instance);
    if (member === undefined) return true;
    const item = await this.#repeat(() => this.#metadata.get(memberKey(groupId, member.memberId)));
    const heardMs = item && decodeHeartbeat(item).heartbeatMs;
    return isIdle(instance, heardMs, this.#timeoutMs, nowMs);
  }

  /** The instance as it is to be written: used now, and with an id by which this change is known again. */
  changed(instance: Instance): Instance {
    const id = Buffer.from(this.#runtime.randomBytes(CHANGE_ID_BYTES)).toString('base64url');
    const changes = [...instance.changes.slice(1 - CHANGES_KEPT), id];
    return { ...instance, usedMs: this.#runtime.nowMs(), changes };
  }

  /**
   * Puts an instance that `changed` gave under a condition, once, however often it takes to hear of it.
   *
   * @returns the item that stood in the way; `undefined` when the instance stands there, or did.
   * @throws StoreErrors; KafkaError INVALID_REQUEST when it is too large.
   */
  async put(
    groupId: string,
    name: string,
    instance: Instance,
    condition: Condition,
  ): Promise<{ readonly standing: StoredInstance | undefined } | undefined> {
    const attributes = encodeInstance(instance, keptMs(this.#timeoutMs));
    const key = consumerInstanceKey(groupId, name);
    const outcome = await writeOnce(this.#metadata, [{ kind: 'put', key, attributes, condition }]);
    if (outcome.kind === 'done') return undefined;
    const standing = decodeStanding(outcome.current);
    const change = instance.changes.at(-1) ?? '';
    return standing?.instance.changes.includes(change) ? undefined : { standing };
  }

  /** Deletes an instance as it was read. @returns whether it is gone. @throws StoreErrors. */
  async delete(groupId: string, name: string, { version }: StoredInstance): Promise<boolean> {
    const key = consumerInstanceKey(groupId, name);
    const outcome = await writeOnce(this.#metadata, [{ kind: 'delete', key, condition: { version } }]);
    return outcome.kind === 'done' || decodeStanding(outcome.current) === undefined;
  }

  #repeat<Result>(call: () => Promise<Result>): Promise<Result> {
    return retryRepeatable(this.#runtime, call);
  }
}

function decodeStanding([item]: readonly (Item | undefined)[]): StoredInstance | undefined {
  return item && decodeInstance(item);
}
