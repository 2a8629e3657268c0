import type { TopicRegistry } from '../../cluster/types.ts';
import type { Runtime } from '../../log/runtime.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import type { GroupStore } from '../coordinator/group-store.ts';
import type { OffsetStore } from './offset-store.ts';

/** What everything that deals with offsets works on. */
export interface OffsetsDeps {
  readonly metadata: MetadataStore;
  readonly groups: GroupStore;
  readonly offsets: OffsetStore;
  readonly topics: TopicRegistry;
  readonly runtime: Runtime;
  /** How long a group without members keeps what nobody commits again, in milliseconds. */
  readonly retentionMs: number;
}
