import { LRUCache } from 'lru-cache';
import { queryAll } from '../../cluster/query-all.ts';
import { retryRepeatable } from '../../log/retry.ts';
import type { Runtime } from '../../log/runtime.ts';
import type { Version } from '../../storage/item.ts';
import { groupKey, groupListingKey, groupMembersRange, memberKey } from '../../storage/keys.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { decodeGroup, encodeGroup, type StoredGroup } from '../codec/group-item.ts';
import { decodeHeartbeat, encodeHeartbeat } from '../codec/member-item.ts';
import { conditionalWrite, type WriteFate } from '../conditional-write.ts';
import type { Group } from '../group.ts';
import { decodeListing, type Listing, makeGroup } from '../listing.ts';

const GROUPS_REMEMBERED_MAX = 1_000;

/** When a member was last heard of, in milliseconds since 1970. */
export interface Heard {
  readonly heartbeatMs: number;
  readonly version: Version;
}

/** Groups and their members' heartbeats in the metadata store. */
export class GroupStore {
  readonly #metadata: MetadataStore;
  readonly #runtime: Runtime;
  /** What was decoded last: while nothing changes, a heartbeat reads the item, but need not decode it. */
  readonly #decoded = new LRUCache<string, StoredGroup>({ max: GROUPS_REMEMBERED_MAX });

  constructor(metadata: MetadataStore, runtime: Runtime) {
    this.#metadata = metadata;
    this.#runtime = runtime;
  }

  /** The group as it is; one read. @throws StoreErrors. */
  async read(groupId: string): Promise<StoredGroup | undefined> {
    const item = await this.#repeat(() => this.#metadata.get(groupKey(groupId)));
    if (item === undefined) return undefined;
    const known = this.#decoded.get(groupId);
    if (known?.version === item.version) return known;
    const stored = decodeGroup(item);
    this.#decoded.set(groupId, stored);
    return stored;
  }

  async readListing(groupId: string): Promise<Listing | undefined> {
    const item = await this.#repeat(() => this.#metadata.get(groupListingKey(groupId)));
    return item && decodeListing(item);
  }

  /**
   * Puts the group in the place of the one that was read; one that is new is listed by the same write. Sent once.
   * @throws NotDoneError.
   */
  async write(groupId: string, group: Group, read: StoredGroup | undefined): Promise<WriteFate> {
    if (read === undefined) {
      const listing = await this.readListing(groupId);
      return conditionalWrite(this.#metadata, makeGroup(groupId, group, listing));
    }
    const stillAsRead = { version: read.version };
    const put = { kind: 'put', ...encodeGroup(groupId, group), condition: stillAsRead } as const;
    return conditionalWrite(this.#metadata, [put]);
  }

  /** By member id; also of those that have left the group since. */
  async lastHeartbeats(groupId: string): Promise<ReadonlyMap<string, Heard>> {
    const heard = new Map<string, Heard>();
    for await (const item of queryAll(this.#metadata, groupMembersRange(groupId))) {
      const { memberId, heartbeatMs } = decodeHeartbeat(item);
      heard.set(memberId, { heartbeatMs, version: item.version });
    }
    return heard;
  }

  /** One write. A late one takes a member back in time, and may end its session early. */
  async noteHeartbeat(groupId: string, memberId: string, heartbeatMs: number): Promise<void> {
    const op = encodeHeartbeat(groupId, memberId, heartbeatMs);
    await this.#repeat(() => this.#metadata.write([{ kind: 'put', ...op, condition: 'none' }]));
  }

  /** Removes what was heard of a member, unless it has been heard of since. */
  async forgetMember(groupId: string, memberId: string, { version }: Heard): Promise<void> {
    const stillAsRead = { version };
    await conditionalWrite(this.#metadata, [
      { kind: 'delete', key: memberKey(groupId, memberId), condition: stillAsRead },
    ]);
  }

  #repeat<Result>(call: () => Promise<Result>): Promise<Result> {
    return retryRepeatable(this.#runtime, call);
  }
}
