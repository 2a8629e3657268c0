import type { PartitionKey } from '../storage/head.ts';

/** One string a partition, for maps. */
export const partitionId = ({ topicId, partition }: PartitionKey): string => `${topicId}#${partition}`;
