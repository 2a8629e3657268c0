import type { MemberName } from '../types.ts';
import { type Instance, memberOf } from './instance.ts';
import type { StoredInstance } from './instance-item.ts';
import type { InstanceStore } from './instance-store.ts';

/** Another request has changed the instance, or removed it, since it was read: whoever hears of it begins again. */
export class InstanceMoved extends Error {
  override readonly name = 'InstanceMoved';
}

/** One request at work on an instance: what it read, and what it makes of it. */
export class Session {
  readonly groupId: string;
  readonly instanceName: string;
  /** The instance as this request wants it; it stands in the store once it is saved. */
  current: Instance;
  readonly #store: InstanceStore;
  #saved: Instance;
  /** `undefined` after a save: a store does not tell the version that it gave. */
  #version: string | undefined;
  #isGone = false;

  constructor(
    store: InstanceStore,
    groupId: string,
    instanceName: string,
    { instance, version }: StoredInstance,
  ) {
    this.#store = store;
    this.groupId = groupId;
    this.instanceName = instanceName;
    this.current = instance;
    this.#saved = instance;
    this.#version = version;
  }

  /** Whether there is something to save. */
  get isChanged(): boolean {
    return this.current !== this.#saved && !this.#isGone;
  }

  /** Whether this request has deleted it. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Who speaks for a subscribed instance in its group. */
  get member(): MemberName | undefined {
    return memberOf(this.current);
  }

  /** Puts the instance in the place of the one that was read. @throws InstanceMoved, StoreErrors, KafkaError INVALID_REQUEST. */
  async save(): Promise<void> {
    const version = await this.#standingVersion();
    const changed = this.#store.changed(this.current);
    if ((await this.#store.put(this.groupId, this.instanceName, changed, { version })) !== undefined)
      throw new InstanceMoved();
    this.current = changed;
    this.#saved = changed;
    this.#version = undefined;
  }

  /** Deletes the instance as it was read. @throws InstanceMoved, StoreErrors. */
  async delete(): Promise<void> {
    const stored = { instance: this.#saved, version: await this.#standingVersion() };
    if (!(await this.#store.delete(this.groupId, this.instanceName, stored))) throw new InstanceMoved();
    this.#isGone = true;
  }

  async #standingVersion(): Promise<string> {
    if (this.#version !== undefined) return this.#version;
    const stored = await this.#store.read(this.groupId, this.instanceName);
    const isOwn = stored?.instance.changes.at(-1) === this.#saved.changes.at(-1);
    if (stored === undefined || !isOwn) throw new InstanceMoved();
    this.#version = stored.version;
    return stored.version;
  }
}
