import * as z from 'zod';
import type { Topic } from '../../cluster/types.ts';
import type { Broker } from '../broker.ts';
import { ApiError } from '../errors/api-error.ts';
import type { Call } from '../http/call.ts';

const relationship = z.object({ related: z.string() });
export const metadataSchema = z.object({ self: z.string(), resource_name: z.string() });
export const relationshipSchema = relationship;

/** A list of resources, all on one page. */
export const listOf = (kind: string, item: z.ZodType): z.ZodType =>
  z.object({
    kind: z.literal(kind),
    metadata: z.object({ self: z.string(), next: z.null() }),
    data: z.array(item),
  });

/** Where the client of this call finds v3, under the prefix that it asked for: everything before `/clusters`. */
export function baseOf(call: Call<unknown, unknown>): string {
  const { pathname } = new URL(call.request.url);
  return call.publicUrl + pathname.slice(0, pathname.indexOf('/clusters'));
}

export const clusterUrl = (call: Call<unknown, unknown>, { clusterId }: Broker): string =>
  `${baseOf(call)}/clusters/${clusterId}`;

export const topicUrl = (
  call: Call<unknown, unknown>,
  broker: Broker,
  { name }: Pick<Topic, 'name'>,
): string => `${clusterUrl(call, broker)}/topics/${name}`;

/** @throws ApiError 404: this broker belongs to one cluster, and it is another one. */
export function checkCluster({ clusterId }: Broker, asked: string): void {
  if (asked !== clusterId) {
    throw new ApiError(404, 404, `Cluster ${asked} cannot be found: this is cluster ${clusterId}.`);
  }
}

export const clusterParameter = z.string().describe('Id of the cluster; GET /v3/clusters tells it.');
