import { initProducerId } from '../v2/init-producer-id.ts';
import { produceToPartition, produceToTopic } from '../v2/produce.ts';
import { produceRecordStream } from '../v3/produce.ts';
import type { RouteSet } from './route-set.ts';

/** What appends. */
export const produceRoutes: RouteSet = {
  unversioned: [produceToTopic, produceToPartition, initProducerId],
  v3: [produceRecordStream],
  opening: 'make',
};
