import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { MetadataStore } from '../../../lib/storage/metadata-store.ts';
import { openSqliteMetadataStore } from '../../../lib/storage/sqlite/sqlite-metadata-store.ts';
import { canLimitFileSize, withFileSizeLimit } from '../file-size-limit.ts';
import { describeMetadataStore } from '../metadata-store-contract.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describeMetadataStore('SQLite metadata', async () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'metadata.sqlite');
  const open: MetadataStore[] = [];
  const openAnother = async () => {
    const store = await openSqliteMetadataStore(file, { busyTimeoutMs: 20 });
    open.push(store);
    return store;
  };
  return {
    store: await openAnother(),
    openAnother,
    faults: {
      notDone: (work) => whileAnotherWrites(file, work),
      ...(canLimitFileSize && { unknown: (work) => withFileSizeLimit(0, work) }),
    },
    async close() {
      for (const store of open) await store.close();
      folder[Symbol.dispose]();
    },
  };
});

async function whileAnotherWrites<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const other = new DatabaseSync(file);
  try {
    other.exec('BEGIN IMMEDIATE');
    return await work();
  } finally {
    other.close();
  }
}
