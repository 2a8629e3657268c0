import { decodeCommitted } from '../../../../lib/group/codec/committed-offset.ts';
import { decodeGroup } from '../../../../lib/group/codec/group-item.ts';
import type { Item, ItemKey } from '../../../../lib/storage/item.ts';
import { committedPartitionOf, groupKey } from '../../../../lib/storage/keys.ts';
import { checkOffsetWrite } from './check-offset-write.ts';
import { SentCommits } from './commits.ts';
import { GroupRecord } from './group-record.ts';
import { Instants } from './instants.ts';
import type { EndedTenure } from './ownership.ts';
import { partOf } from './part.ts';

const { pk: PREFIX, sk: GROUP } = groupKey('');

export interface GroupWatchDeps {
  readonly problem: (fact: string) => void;
  /** Hears of each tenure that ends. */
  readonly onEnd: (record: GroupRecord, tenure: EndedTenure) => void;
}

/** Sees every write to an item of a group at the moment at which the store does it, and what members do. */
export class GroupWatch {
  readonly instants = new Instants();
  readonly commits = new SentCommits();
  readonly #records = new Map<string, GroupRecord>();
  readonly #deps: GroupWatchDeps;

  constructor(deps: GroupWatchDeps) {
    this.#deps = deps;
  }

  get records(): readonly GroupRecord[] {
    return Array.from(this.#records.values());
  }

  record(groupId: string): GroupRecord {
    const known = this.#records.get(groupId);
    if (known !== undefined) return known;
    const record = new GroupRecord(groupId, this.#deps.problem);
    this.#records.set(groupId, record);
    return record;
  }

  see(key: ItemKey, item: Item | undefined): void {
    if (!key.pk.startsWith(PREFIX)) return;
    const record = this.record(key.pk.slice(PREFIX.length));
    const at = this.instants.next();
    if (key.sk === GROUP) {
      const ended = record.putGroup(item && decodeGroup(item).group, at);
      for (const tenure of ended) this.#deps.onEnd(record, tenure);
    } else if (key.sk.startsWith('o#')) {
      const part = partOf(committedPartitionOf(key));
      const register = record.register(part);
      const { standing: before, committedAt } = register;
      const after = item && decodeCommitted(item);
      register.put(after, at);
      checkOffsetWrite(record, { part, before, after, committedAt }, this.commits);
    }
  }
}
