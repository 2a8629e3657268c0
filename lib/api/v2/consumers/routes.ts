import type { Route } from '../../http/route.ts';
import { assignConsumer, getAssignments } from './assignments.ts';
import { createConsumer } from './create.ts';
import { deleteConsumer } from './delete.ts';
import { commitConsumerOffsets, getCommittedOffsets } from './offsets.ts';
import { seekConsumer, seekConsumerToBeginning, seekConsumerToEnd } from './positions.ts';
import { readConsumerRecords } from './records.ts';
import { getSubscription, subscribeConsumer, unsubscribeConsumer } from './subscription.ts';

/** Consumer instances, as Confluent's REST Proxy v2 has them. */
export const consumerRoutes: readonly Route[] = [
  createConsumer,
  deleteConsumer,
  subscribeConsumer,
  getSubscription,
  unsubscribeConsumer,
  assignConsumer,
  getAssignments,
  readConsumerRecords,
  commitConsumerOffsets,
  getCommittedOffsets,
  seekConsumer,
  seekConsumerToBeginning,
  seekConsumerToEnd,
];
