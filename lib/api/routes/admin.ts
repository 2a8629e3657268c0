import { deleteGroup } from '../groups/delete-group.ts';
import { getGroup } from '../groups/get-group.ts';
import { listGroups } from '../groups/list-groups.ts';
import { listLags } from '../groups/list-lags.ts';
import { resetOffsets } from '../groups/reset-offsets.ts';
import { loadGroups } from '../load-groups.ts';
import { getOpenApi } from '../ops/get-openapi.ts';
import { health } from '../ops/health.ts';
import { getPartition } from '../v2/get-partition.ts';
import { getTopicRoute } from '../v2/get-topic.ts';
import { listBrokers } from '../v2/list-brokers.ts';
import { listPartitions } from '../v2/list-partitions.ts';
import { listTopics } from '../v2/list-topics.ts';
import { v3AdminRoutes } from '../v3/routes.ts';
import type { RouteSet } from './route-set.ts';

/** Metadata, and what is done to topics and groups from outside. */
export const adminRoutes: RouteSet = {
  unversioned: [
    listTopics,
    getTopicRoute,
    listPartitions,
    getPartition,
    listBrokers,
    listGroups,
    getGroup,
    deleteGroup,
    resetOffsets,
    listLags,
    getOpenApi,
    health,
  ],
  v3: v3AdminRoutes,
  groups: loadGroups,
};
