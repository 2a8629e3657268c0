import {
  type DynamoDBMetadataStoreOptions,
  openDynamoDBMetadataStore,
} from '../dynamodb/dynamodb-metadata-store.ts';
import type { Stores } from '../embedded.ts';
import { openS3ObjectStore } from '../s3/s3-object-store.ts';

export interface AwsStoresOptions extends DynamoDBMetadataStoreOptions {
  readonly bucket: string;
}

export interface AwsStores extends Stores {
  /**
   * Asks table and bucket whether they can be used; needs `dynamodb:DescribeTable` and `s3:ListBucket`. A process
   * that must start anyway leaves it out: every call says the same of what it meets, and works again when that is
   * mended.
   * @throws NotDoneError that names the thing and what to do.
   */
  check(): Promise<void>;
  /** The same stores for a caller with another deadline; closing either closes both. */
  within(deadlineMs: number): Stores;
}

/**
 * Both stores in an AWS account. Nothing is sent before the first call, so this neither waits nor fails; it is
 * `openCluster` that reads the format version.
 */
export function openAwsStores(options: AwsStoresOptions): AwsStores {
  const metadata = openDynamoDBMetadataStore(options);
  const objects = openS3ObjectStore(options);
  const close = async (): Promise<void> => {
    await objects.close();
    await metadata.close();
  };
  return {
    metadata,
    objects,
    async check() {
      await metadata.check();
      await objects.check();
    },
    within: (deadlineMs) => ({
      metadata: metadata.within(deadlineMs),
      objects: objects.within(deadlineMs),
      close,
    }),
    close,
  };
}
