import * as z from 'zod';
import type { AclBinding } from '../../cluster/acls/acl-binding.ts';
import type { Call } from '../http/call.ts';
import { clusterUrl } from './links.ts';

export const aclSchema = z.object({
  kind: z.literal('KafkaAcl'),
  metadata: z.object({ self: z.string() }),
  cluster_id: z.string(),
  resource_type: z.string(),
  resource_name: z.string(),
  pattern_type: z.string(),
  principal: z.string(),
  host: z.string(),
  operation: z.string(),
  permission: z.string(),
});

/** A rule's fields as v3 names them; they are its name in a query, too. */
const fieldsOf = (acl: AclBinding) => ({
  resource_type: acl.resourceType,
  resource_name: acl.resourceName,
  pattern_type: acl.patternType,
  principal: acl.principal,
  host: acl.host,
  operation: acl.operation,
  permission: acl.permission,
});

/** Where the client of this call finds rules. */
export const aclsUrl = (call: Call<unknown, unknown>, query: Readonly<Record<string, string>>): string =>
  `${clusterUrl(call, call.api.broker)}/acls?${new URLSearchParams(query)}`;

export const aclUrl = (call: Call<unknown, unknown>, acl: AclBinding): string => aclsUrl(call, fieldsOf(acl));

export function aclView(call: Call<unknown, unknown>, acl: AclBinding): z.output<typeof aclSchema> {
  return {
    kind: 'KafkaAcl',
    metadata: { self: aclUrl(call, acl) },
    cluster_id: call.api.broker.clusterId,
    ...fieldsOf(acl),
  };
}
