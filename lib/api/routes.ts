import { fetchRecords } from './fetch/fetch-records.ts';
import { groupRoutes } from './groups/routes.ts';
import type { Route } from './http/route.ts';
import { getMetrics } from './ops/get-metrics.ts';
import { getOpenApi } from './ops/get-openapi.ts';
import { health } from './ops/health.ts';
import { consumerRoutes } from './v2/consumers/routes.ts';
import { getOffsets } from './v2/get-offsets.ts';
import { getPartition } from './v2/get-partition.ts';
import { getTopicRoute } from './v2/get-topic.ts';
import { initProducerId } from './v2/init-producer-id.ts';
import { listBrokers } from './v2/list-brokers.ts';
import { listPartitions } from './v2/list-partitions.ts';
import { listTopics } from './v2/list-topics.ts';
import { produceToPartition, produceToTopic } from './v2/produce.ts';
import { v3Routes } from './v3/routes.ts';

/** REST v2, and what stands beside it without a version. */
export const unversionedRoutes: readonly Route[] = [
  listTopics,
  getTopicRoute,
  listPartitions,
  getPartition,
  getOffsets,
  listBrokers,
  produceToTopic,
  produceToPartition,
  fetchRecords,
  initProducerId,
  ...consumerRoutes,
  ...groupRoutes,
  getOpenApi,
  health,
  getMetrics,
];

/** REST v3 is served under both: the second is where Confluent Server has it. */
export const V3_PREFIXES: readonly string[] = ['/v3', '/kafka/v3'];

export { v3Routes };
