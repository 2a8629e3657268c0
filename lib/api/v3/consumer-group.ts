import * as z from 'zod';
import { KafkaError } from '../../kafka/errors.ts';
import type { Broker } from '../broker.ts';
import { ApiError } from '../errors/api-error.ts';
import type { Call } from '../http/call.ts';
import { clusterParameter, clusterUrl } from './links.ts';

export const GROUPS_PATH = '/clusters/{cluster_id}/consumer-groups';
export const GROUP_PATH = `${GROUPS_PATH}/{consumer_group_id}`;

export const groupParameters = z.strictObject({
  cluster_id: clusterParameter,
  consumer_group_id: z.string().describe('Name of the consumer group.'),
});

export const groupsUrl = (call: Call<unknown, unknown>): string =>
  `${clusterUrl(call, call.api.broker)}/consumer-groups`;

/** Unlike a topic's, a group's name may be any text. */
export const groupUrl = (call: Call<unknown, unknown>, groupId: string): string =>
  `${groupsUrl(call)}/${encodeURIComponent(groupId)}`;

/** Its Confluent Resource Name. */
export const groupCrn = ({ clusterId }: Broker, groupId: string): string =>
  `crn:///kafka=${clusterId}/consumer-group=${encodeURIComponent(groupId)}`;

export const notFound = (message: string): ApiError => new ApiError(404, 404, message);

/** What is told of a group. v3 has no code of its own for one that there is not. @throws ApiError 404. */
export async function ofGroup<Answer>(groupId: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof KafkaError) || error.error !== 'GROUP_ID_NOT_FOUND') throw error;
    throw notFound(`Consumer group ${groupId} cannot be found.`);
  }
}
