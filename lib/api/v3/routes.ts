import type { Route } from '../http/route.ts';
import { createAcl, createAcls, deleteAcls, listAcls } from './acls.ts';
import { createApiKey, getApiKey, listApiKeys, revokeApiKey } from './api-keys.ts';
import { getCluster, listClusters } from './clusters.ts';
import { getConsumerAssignment, listConsumerAssignments } from './consumer-assignments.ts';
import { getConsumerGroup, listConsumerGroups } from './consumer-groups.ts';
import { getConsumerLagSummary } from './consumer-lag-summary.ts';
import { getConsumerLag, listConsumerLags } from './consumer-lags.ts';
import { getConsumer, listConsumers } from './consumers.ts';
import { createTopic } from './create-topic.ts';
import { listTopics } from './list-topics.ts';
import { getPartition, listPartitions } from './partitions.ts';
import { deleteTopic, getTopic, updatePartitionCount } from './topic.ts';

/** REST v3, without its prefix, but for producing. */
export const v3AdminRoutes: readonly Route[] = [
  listClusters,
  getCluster,
  listTopics,
  createTopic,
  getTopic,
  updatePartitionCount,
  deleteTopic,
  listPartitions,
  getPartition,
  listConsumerGroups,
  getConsumerGroup,
  listConsumers,
  getConsumer,
  listConsumerAssignments,
  getConsumerAssignment,
  getConsumerLagSummary,
  listConsumerLags,
  getConsumerLag,
  listAcls,
  createAcl,
  createAcls,
  deleteAcls,
  listApiKeys,
  createApiKey,
  getApiKey,
  revokeApiKey,
];
