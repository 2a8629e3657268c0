import type { Route } from '../http/route.ts';
import { commitOffsets } from './commit-offsets.ts';
import { deleteGroup } from './delete-group.ts';
import { fetchOffsets } from './fetch-offsets.ts';
import { getGroup } from './get-group.ts';
import { heartbeat } from './heartbeat.ts';
import { listGroups } from './list-groups.ts';
import { listLags } from './list-lags.ts';
import { resetOffsets } from './reset-offsets.ts';

/** The group protocol: Kafka's own requests, one route each. */
export const groupRoutes: readonly Route[] = [
  listGroups,
  getGroup,
  deleteGroup,
  heartbeat,
  commitOffsets,
  fetchOffsets,
  resetOffsets,
  listLags,
];
