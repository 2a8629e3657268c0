import { commitOffsets } from '../groups/commit-offsets.ts';
import { fetchOffsets } from '../groups/fetch-offsets.ts';
import { heartbeat } from '../groups/heartbeat.ts';
import { loadGroups } from '../load-groups.ts';
import { consumerRoutes } from '../v2/consumers/routes.ts';
import type { RouteSet } from './route-set.ts';

/** What members of consumer groups do: the group protocol, and REST v2's consumer instances. */
export const consumeRoutes: RouteSet = {
  unversioned: [...consumerRoutes, heartbeat, commitOffsets, fetchOffsets],
  v3: [],
  groups: loadGroups,
  opening: 'make',
};
