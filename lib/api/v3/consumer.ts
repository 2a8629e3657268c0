import * as z from 'zod';
import type { MemberDescription } from '../../group/types.ts';
import type { Broker } from '../broker.ts';
import type { Call } from '../http/call.ts';
import { GROUP_PATH, groupCrn, groupParameters, groupUrl, notFound, ofGroup } from './consumer-group.ts';
import { metadataSchema, relationshipSchema } from './links.ts';

export const CONSUMERS_PATH = `${GROUP_PATH}/consumers`;
export const CONSUMER_PATH = `${CONSUMERS_PATH}/{consumer_id}`;

export const consumerParameters = groupParameters.extend({
  consumer_id: z.string().describe('Member id.'),
});

export const consumerUrl = (call: Call<unknown, unknown>, groupId: string, consumerId: string): string =>
  `${groupUrl(call, groupId)}/consumers/${encodeURIComponent(consumerId)}`;

export const consumerCrn = (broker: Broker, groupId: string, consumerId: string): string =>
  `${groupCrn(broker, groupId)}/consumer=${encodeURIComponent(consumerId)}`;

/** The member that a path names. @throws ApiError 404. */
export async function getMember(
  { groups }: Broker,
  groupId: string,
  consumerId: string,
): Promise<MemberDescription> {
  const { members } = await ofGroup(groupId, groups.describe(groupId));
  const member = members.find(({ memberId }) => memberId === consumerId);
  if (member !== undefined) return member;
  throw notFound(`Consumer ${consumerId} cannot be found in consumer group ${groupId}.`);
}

export const consumerSchema = z.object({
  kind: z.literal('KafkaConsumer'),
  metadata: metadataSchema,
  cluster_id: z.string(),
  consumer_group_id: z.string(),
  consumer_id: z.string(),
  instance_id: z.string().nullable(),
  client_id: z.string().describe("'' when it named none."),
  assignments: relationshipSchema,
});

export function consumerView(
  call: Call<unknown, unknown>,
  groupId: string,
  { memberId, instanceId, clientId }: MemberDescription,
): z.output<typeof consumerSchema> {
  const { broker } = call.api;
  const self = consumerUrl(call, groupId, memberId);
  return {
    kind: 'KafkaConsumer',
    metadata: { self, resource_name: consumerCrn(broker, groupId, memberId) },
    cluster_id: broker.clusterId,
    consumer_group_id: groupId,
    consumer_id: memberId,
    instance_id: instanceId ?? null,
    client_id: clientId ?? '',
    assignments: { related: `${self}/assignments` },
  };
}
