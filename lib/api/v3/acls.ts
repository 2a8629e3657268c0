import * as z from 'zod';
import { type AclBinding, asAclBinding } from '../../cluster/acls/acl-binding.ts';
import { type AclStore, CREATED_MAX } from '../../cluster/acls/acl-store.ts';
import { KafkaError } from '../../kafka/errors.ts';
import type { Api } from '../api.ts';
import { onCluster } from '../auth/needs.ts';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { deletionQuery, filterOf, searchQuery } from './acl-fields.ts';
import { aclSchema, aclsUrl, aclUrl, aclView } from './acl-view.ts';
import { jsonBody } from './json-body.ts';
import { checkCluster, clusterParameter, listOf } from './links.ts';

const path = '/clusters/{cluster_id}/acls';
const params = z.strictObject({ cluster_id: clusterParameter });

const bodySchema = z.strictObject({
  resource_type: z.string().describe('TOPIC, GROUP or CLUSTER.'),
  resource_name: z.string().describe('A name, a prefix, or * for all; kafka-cluster for CLUSTER.'),
  pattern_type: z.string().describe('LITERAL or PREFIXED.'),
  principal: z.string().describe('User: and a name; User:* for everybody.'),
  host: z.string().describe('*: addresses of clients are not known here.'),
  operation: z.string().describe('ALL, or an operation that there is on such a resource.'),
  permission: z.string().describe('ALLOW or DENY.'),
});

const batchSchema = z.strictObject({
  data: z.array(bodySchema).min(1).max(CREATED_MAX).describe('All of them are made, or none.'),
});

/** @throws KafkaError INVALID_REQUEST. */
const bindingOf = (body: z.output<typeof bodySchema>): AclBinding =>
  asAclBinding({
    resourceType: body.resource_type.toUpperCase(),
    resourceName: body.resource_name,
    patternType: body.pattern_type.toUpperCase(),
    principal: body.principal,
    host: body.host,
    operation: body.operation.toUpperCase(),
    permission: body.permission.toUpperCase(),
  });

/** @throws KafkaError SECURITY_DISABLED: a rule that nobody obeys is worse than none. */
function aclsOf({ broker, authorizer }: Api): AclStore {
  if (authorizer !== undefined) return broker.acls;
  throw new KafkaError(
    'SECURITY_DISABLED',
    'No Authorizer is configured: this broker was started without authorization, and obeys no rules.',
  );
}

export const listAcls = defineRoute({
  method: 'get',
  path,
  dialect: 'v3',
  needs: { path: [onCluster('DESCRIBE')] },
  summary: 'List rules (ACLs).',
  params,
  query: searchQuery,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'Those that are meant.', schema: listOf('KafkaAclList', aclSchema) } },
  async handle(call) {
    checkCluster(call.api.broker, call.params.cluster_id);
    const { query } = call;
    const acls = await aclsOf(call.api).list(filterOf(query));
    const { resource_name = '', principal = '', host = '' } = query;
    const self = aclsUrl(call, {
      resource_type: query.resource_type,
      resource_name,
      pattern_type: query.pattern_type,
      principal,
      host,
      operation: query.operation,
      permission: query.permission,
    });
    const data = acls.map((acl) => aclView(call, acl));
    return call.json({ kind: 'KafkaAclList', metadata: { self, next: null }, data });
  },
});

export const createAcl = defineRoute({
  method: 'post',
  path,
  dialect: 'v3',
  needs: { path: [onCluster('ALTER')] },
  summary: 'Make a rule (ACL). One that is there already stays.',
  params,
  query: noParameters,
  consumes: { [JSON_TYPE]: bodySchema },
  produces: [JSON_TYPE],
  answers: { 201: { description: 'It stands; Location tells where.' } },
  async handle(call) {
    checkCluster(call.api.broker, call.params.cluster_id);
    const acls = aclsOf(call.api);
    const acl = bindingOf(await jsonBody(call, bodySchema));
    await acls.create([acl]);
    return new Response(null, { status: 201, headers: { Location: aclUrl(call, acl) } });
  },
});

export const createAcls = defineRoute({
  method: 'post',
  path: `${path}:batch`,
  dialect: 'v3',
  needs: { path: [onCluster('ALTER')] },
  summary: 'Make several rules (ACLs), all or none.',
  params,
  query: noParameters,
  consumes: { [JSON_TYPE]: batchSchema },
  produces: [JSON_TYPE],
  answers: { 201: { description: 'They stand.' } },
  async handle(call) {
    checkCluster(call.api.broker, call.params.cluster_id);
    const acls = aclsOf(call.api);
    const { data } = await jsonBody(call, batchSchema);
    await acls.create(data.map(bindingOf));
    return call.empty(201);
  },
});

export const deleteAcls = defineRoute({
  method: 'delete',
  path,
  dialect: 'v3',
  needs: { path: [onCluster('ALTER')] },
  summary: 'Remove the rules (ACLs) that are meant. Without any rule, everybody may do everything.',
  params,
  query: deletionQuery,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'What was removed.', schema: z.object({ data: z.array(aclSchema) }) } },
  async handle(call) {
    checkCluster(call.api.broker, call.params.cluster_id);
    const deleted = await aclsOf(call.api).delete([filterOf(call.query)]);
    return call.json({ data: deleted.map((acl) => aclView(call, acl)) });
  },
});
