import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type BrokerConfig, brokerConfigSchema } from '../../lib/cluster/broker-config.ts';
import { StoredTopics } from '../../lib/cluster/topics.ts';
import { newUuid } from '../../lib/cluster/uuid.ts';
import type { MetadataStore } from '../../lib/storage/metadata-store.ts';
import { openSqliteMetadataStore } from '../../lib/storage/sqlite/sqlite-metadata-store.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A store of its own in a folder; several on one folder are what several processes would have. */
export async function openStore(folder?: string): Promise<MetadataStore> {
  const store = await openSqliteMetadataStore(join(folder ?? (await tempFolder()), 'metadata.sqlite'));
  onTestFinished(() => store.close());
  return store;
}

export function makeConfig(config: Partial<BrokerConfig> = {}): BrokerConfig {
  return brokerConfigSchema.parse(config);
}

interface TopicsOptions {
  readonly config?: BrokerConfig;
  readonly clock?: () => number;
  /** Hears of every topic id that is drawn, also of those that come to nothing. */
  readonly onTopicId?: (id: string) => void;
}

export function makeTopics(store: MetadataStore, options: TopicsOptions = {}): StoredTopics {
  const { config = makeConfig(), clock = () => 0, onTopicId } = options;
  const newTopicId = () => {
    const id = newUuid();
    onTopicId?.(id);
    return id;
  };
  return new StoredTopics({ store, config, brokerId: 1, monotonicMs: clock, newTopicId });
}
