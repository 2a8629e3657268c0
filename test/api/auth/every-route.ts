import type { Route } from '../../../lib/api/http/route.ts';
import { allRoutes } from '../../../lib/api/routes/all.ts';
import { V3_PREFIXES } from '../../../lib/api/routes/route-set.ts';
import type { Rule } from '../../cluster/acls/acl.ts';

/** A route of the whole API, and its name as documents write it. */
export interface NamedRoute {
  readonly name: string;
  readonly path: string;
  readonly route: Route;
}

const named = (prefix: string) => (route: Route) => {
  const path = prefix + route.path;
  return { name: `${route.method.toUpperCase()} ${path}`, path, route };
};

export const everyRoute: readonly NamedRoute[] = [
  ...allRoutes.unversioned.map(named('')),
  ...allRoutes.v3.map(named(V3_PREFIXES[0] ?? '')),
];

/** What the parameters of paths are in these requests. */
export interface Places {
  readonly clusterId: string;
  readonly topic: string;
  readonly group: string;
}

export const PLACES = { topic: 'quakes', group: 'alerts' };

const JSON_OF = (value: unknown): string => JSON.stringify(value);

/** Bodies without which a route does not come as far as to ask what its caller may. */
const bodies: Readonly<Record<string, (places: Places) => string>> = {
  'POST /v3/clusters/{cluster_id}/topics': () => JSON_OF({ topic_name: 'new' }),
  'PATCH /v3/clusters/{cluster_id}/topics/{topic_name}': () => JSON_OF({ partitions_count: 5 }),
  'POST /topics/{topic}': () => JSON_OF({ records: [{ value: 'AA==' }] }),
  'POST /topics/{topic}/partitions/{partition}': () => JSON_OF({ records: [{ value: 'AA==' }] }),
  'POST /v3/clusters/{cluster_id}/topics/{topic_name}/records': () =>
    JSON_OF({ value: { type: 'BINARY', data: 'AA==' } }),
  'POST /groups/{group}/heartbeat': ({ topic }) =>
    JSON_OF({ member_id: 'one', member_epoch: 0, subscribed_topic_names: [topic] }),
  'POST /groups/{group}/offsets': ({ topic }) => JSON_OF({ offsets: [{ topic, partition: 0, offset: 0 }] }),
  'POST /groups/{group}/offsets:fetch': ({ topic }) => JSON_OF({ partitions: [{ topic, partition: 0 }] }),
  'POST /groups/{group}/offsets:reset': ({ topic }) => JSON_OF({ partitions: [{ topic }], to: 'earliest' }),
  'POST /consumers/{group}/instances/{instance}/subscription': ({ topic }) => JSON_OF({ topics: [topic] }),
  'POST /consumers/{group}/instances/{instance}/assignments': ({ topic }) =>
    JSON_OF({ partitions: [{ topic, partition: 0 }] }),
  'POST /consumers/{group}/instances/{instance}/offsets': ({ topic }) =>
    JSON_OF({ offsets: [{ topic, partition: 0, offset: 0 }] }),
  'GET /consumers/{group}/instances/{instance}/offsets': () => '',
  'POST /consumers/{group}/instances/{instance}/positions': ({ topic }) =>
    JSON_OF({ offsets: [{ topic, partition: 0, offset: 0 }] }),
  'POST /consumers/{group}/instances/{instance}/positions/beginning': ({ topic }) =>
    JSON_OF({ partitions: [{ topic, partition: 0 }] }),
  'POST /consumers/{group}/instances/{instance}/positions/end': ({ topic }) =>
    JSON_OF({ partitions: [{ topic, partition: 0 }] }),
  'POST /v3/clusters/{cluster_id}/acls': () => JSON_OF(SOME_ACL),
  'POST /v3/clusters/{cluster_id}/acls:batch': () => JSON_OF({ data: [SOME_ACL] }),
};

const SOME_ACL = {
  resource_type: 'TOPIC',
  resource_name: 'made-by-a-test',
  pattern_type: 'LITERAL',
  principal: 'User:carol',
  host: '*',
  operation: 'READ',
  permission: 'ALLOW',
};

const queries: Readonly<Record<string, (places: Places) => string>> = {
  'DELETE /v3/clusters/{cluster_id}/acls': () =>
    '?resource_type=TOPIC&resource_name=made-by-a-test&pattern_type=ANY&operation=ANY&permission=ANY',
  'GET /topics/{topic}/partitions/{partition}/records': () => '?timeout=0',
  'GET /consumers/{group}/instances/{instance}/offsets': ({ topic }) => `?partitions=${topic}:0`,
  'GET /consumers/{group}/instances/{instance}/records': () => '?timeout=0',
};

/** A request to a route that it takes. */
export function requestTo(
  { name, path, route }: NamedRoute,
  places: Places,
): { readonly path: string; readonly init: RequestInit } {
  const values: Readonly<Record<string, string>> = {
    cluster_id: places.clusterId,
    topic: places.topic,
    topic_name: places.topic,
    group: places.group,
    consumer_group_id: places.group,
    partition: '0',
    partition_id: '0',
    instance: 'one',
    consumer_id: 'one',
    key_id: 'none',
  };
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => {
    const value = values[parameter];
    if (value === undefined) throw new Error(`say here what ${parameter} of ${name} is`);
    return value;
  });
  const [contentType] = Object.keys(route.consumes ?? {});
  const body = bodies[name]?.(places) ?? (route.method === 'get' || contentType === undefined ? '' : '{}');
  return {
    path: filled + (queries[name]?.(places) ?? ''),
    init: {
      method: route.method.toUpperCase(),
      ...(contentType !== undefined && { headers: { 'Content-Type': contentType } }),
      ...(body !== '' && { body }),
    },
  };
}

/** Routes that answer everybody who is somebody; what they show may depend on who. */
export const FOR_EVERYBODY: readonly string[] = [
  'GET /topics',
  'GET /brokers',
  'GET /groups',
  'GET /openapi.json',
  'GET /v3/clusters',
  'GET /v3/clusters/{cluster_id}',
  'GET /v3/clusters/{cluster_id}/topics',
  'GET /v3/clusters/{cluster_id}/consumer-groups',
];

/** What these requests ask beyond what their paths name, so that they are let in. */
export const moreRules: Readonly<Record<string, readonly Rule[]>> = {
  'POST /producers': ['User:alice ALLOW IDEMPOTENT_WRITE CLUSTER kafka-cluster'],
  'POST /v3/clusters/{cluster_id}/topics': ['User:alice ALLOW CREATE TOPIC new'],
  'POST /groups/{group}/heartbeat': ['User:alice ALLOW DESCRIBE TOPIC quakes'],
  'POST /groups/{group}/offsets': ['User:alice ALLOW READ TOPIC quakes'],
  'POST /groups/{group}/offsets:fetch': ['User:alice ALLOW DESCRIBE TOPIC quakes'],
  'POST /groups/{group}/offsets:reset': ['User:alice ALLOW READ TOPIC quakes'],
  'POST /consumers/{group}/instances/{instance}/subscription': ['User:alice ALLOW DESCRIBE TOPIC quakes'],
  'POST /consumers/{group}/instances/{instance}/assignments': ['User:alice ALLOW READ TOPIC quakes'],
  'POST /consumers/{group}/instances/{instance}/offsets': ['User:alice ALLOW READ TOPIC quakes'],
  'GET /consumers/{group}/instances/{instance}/offsets': ['User:alice ALLOW DESCRIBE TOPIC quakes'],
  'POST /consumers/{group}/instances/{instance}/positions': ['User:alice ALLOW READ TOPIC quakes'],
  'POST /consumers/{group}/instances/{instance}/positions/beginning': ['User:alice ALLOW READ TOPIC quakes'],
  'POST /consumers/{group}/instances/{instance}/positions/end': ['User:alice ALLOW READ TOPIC quakes'],
};
