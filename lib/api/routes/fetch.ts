import { fetchRecords } from '../fetch/fetch-records.ts';
import { getOffsets } from '../v2/get-offsets.ts';
import type { RouteSet } from './route-set.ts';

/** What reads partitions. */
export const fetchRoutes: RouteSet = { unversioned: [fetchRecords, getOffsets], v3: [], opening: 'find' };
