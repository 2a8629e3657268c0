import { loadGroups } from '../load-groups.ts';
import { getMetrics } from '../ops/get-metrics.ts';
import { adminRoutes } from './admin.ts';
import { consumeRoutes } from './consume.ts';
import { fetchRoutes } from './fetch.ts';
import { produceRoutes } from './produce.ts';
import type { RouteSet } from './route-set.ts';

const sets = [produceRoutes, fetchRoutes, consumeRoutes, adminRoutes];

/** The whole API. */
export const allRoutes: RouteSet = {
  unversioned: [...sets.flatMap(({ unversioned }) => unversioned), getMetrics],
  v3: sets.flatMap(({ v3 }) => v3),
  groups: loadGroups,
};
