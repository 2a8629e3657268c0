import * as z from 'zod';
import type { ApiKey } from '../../cluster/api-keys/types.ts';
import type { Call } from '../http/call.ts';
import { clusterUrl, metadataSchema } from './links.ts';

export const apiKeySchema = z.object({
  kind: z.literal('KafkaApiKey'),
  metadata: metadataSchema,
  cluster_id: z.string(),
  key_id: z.string().describe('The user of HTTP Basic.'),
  principal: z.string().describe('Whose requests come with this key.'),
  description: z.string().nullable(),
  created_at: z.string().describe('RFC 3339.'),
});

export const createdApiKeySchema = apiKeySchema.extend({
  secret: z.string().describe('The password of HTTP Basic. It is in this answer and nowhere else.'),
});

export function apiKeyView(call: Call<unknown, unknown>, key: ApiKey): z.output<typeof apiKeySchema> {
  const { broker } = call.api;
  const { keyId, principal, description = null, createdMs } = key;
  return {
    kind: 'KafkaApiKey',
    metadata: {
      self: `${clusterUrl(call, broker)}/api-keys/${keyId}`,
      resource_name: `crn:///kafka=${broker.clusterId}/api-key=${keyId}`,
    },
    cluster_id: broker.clusterId,
    key_id: keyId,
    principal,
    description,
    created_at: new Date(createdMs).toISOString(),
  };
}
