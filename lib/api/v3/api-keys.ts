import * as z from 'zod';
import { KafkaError } from '../../kafka/errors.ts';
import { onCluster } from '../auth/needs.ts';
import type { Call } from '../http/call.ts';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { apiKeySchema, apiKeyView, createdApiKeySchema } from './api-key-view.ts';
import { jsonBody } from './json-body.ts';
import { checkCluster, clusterParameter, clusterUrl, listOf } from './links.ts';

/** Confluent's proxy has no such routes: these are in the style of its others. */
const listPath = '/clusters/{cluster_id}/api-keys';
const keyPath = `${listPath}/{key_id}`;
const listParams = z.strictObject({ cluster_id: clusterParameter });
const keyParams = z.strictObject({
  cluster_id: clusterParameter,
  key_id: z.string().describe('Id of the key.'),
});

const newKeySchema = z.strictObject({
  principal: z.string().describe('Whose requests come with the key: User: and a name.'),
  description: z.string().nullish().describe('What it is for, to whoever lists keys.'),
});

/** No cache on the way may keep a secret (RFC 9111 §5.2.2.5). */
const NOT_KEPT = { 'Cache-Control': 'no-store' };

/**
 * The keys of the cluster, where they prove who sends a request. Where they do not, anybody could make one now and be
 * somebody later.
 *
 * @throws ApiError 404 for another cluster; KafkaError SECURITY_DISABLED.
 */
function keysOf({ api, params }: Call<{ cluster_id: string }, unknown>) {
  checkCluster(api.broker, params.cluster_id);
  if (api.authenticator?.acceptsApiKeys) return api.broker.apiKeys;
  throw new KafkaError(
    'SECURITY_DISABLED',
    'This broker does not take API keys, so there are none to manage: start it with --auth api-keys, or deploy it with API keys as its authentication.',
  );
}

export const listApiKeys = defineRoute({
  method: 'get',
  path: listPath,
  dialect: 'v3',
  summary: 'List all API keys, without their secrets.',
  needs: { path: [onCluster('DESCRIBE')] },
  params: listParams,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'The keys.', schema: listOf('KafkaApiKeyList', apiKeySchema) } },
  async handle(call) {
    const keys = await keysOf(call).list();
    const metadata = { self: `${clusterUrl(call, call.api.broker)}/api-keys`, next: null };
    return call.json({ kind: 'KafkaApiKeyList', metadata, data: keys.map((key) => apiKeyView(call, key)) });
  },
});

export const createApiKey = defineRoute({
  method: 'post',
  path: listPath,
  dialect: 'v3',
  summary: 'Make an API key for a principal.',
  needs: { path: [onCluster('ALTER')] },
  params: listParams,
  query: noParameters,
  consumes: { [JSON_TYPE]: newKeySchema },
  produces: [JSON_TYPE],
  answers: { 201: { description: 'The key, and its secret this once.', schema: createdApiKeySchema } },
  async handle(call) {
    const keys = keysOf(call);
    const { principal, description } = await jsonBody(call, newKeySchema);
    const { secret, ...key } = await keys.create({
      principal,
      ...(typeof description === 'string' && { description }),
    });
    const view = apiKeyView(call, key);
    return call.json({ ...view, secret }, 201, { Location: view.metadata.self, ...NOT_KEPT });
  },
});

export const getApiKey = defineRoute({
  method: 'get',
  path: keyPath,
  dialect: 'v3',
  summary: 'Describe an API key.',
  needs: { path: [onCluster('DESCRIBE')] },
  params: keyParams,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'The key.', schema: apiKeySchema } },
  async handle(call) {
    return call.json(apiKeyView(call, await keysOf(call).get(call.params.key_id)));
  },
});

export const revokeApiKey = defineRoute({
  method: 'delete',
  path: keyPath,
  dialect: 'v3',
  summary: 'Take an API key away for good.',
  needs: { path: [onCluster('ALTER')] },
  params: keyParams,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 204: { description: 'It is gone; processes that know it forget it within ten seconds.' } },
  async handle(call) {
    await keysOf(call).revoke(call.params.key_id);
    return call.empty(204);
  },
});
