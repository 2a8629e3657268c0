import { expect, test } from 'vitest';
import { allRoutes } from '../../lib/api/routes/all.ts';
import { answered } from '../support/requests.ts';
import { send } from './support/client.ts';
import { freshTopic } from './support/topics.ts';

test('/healthz tells who answers', async () => {
  expect(await answered(send('/healthz'))).toEqual({
    status: 200,
    body: { status: 'ok', cluster_id: expect.any(String), broker_id: expect.any(Number) },
  });
});

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<string, { parameters: { name: string; in: string; required: boolean; schema: unknown }[] }>
  >;
}

test('/openapi.json describes every route, from the schemas that check it', async () => {
  const { body } = await answered(send('/openapi.json'));
  const { openapi, paths } = body as OpenApi;
  expect(openapi).toBe('3.1.0');
  for (const { method, path } of allRoutes.unversioned) expect(paths[path]?.[method], path).toBeDefined();
  for (const { method, path } of allRoutes.v3) expect(paths[`/v3${path}`]?.[method], path).toBeDefined();

  const fetch = paths['/topics/{topic}/partitions/{partition}/records']?.get;
  expect(fetch?.parameters.map(({ name, in: place }) => `${place} ${name}`)).toEqual([
    'path topic',
    'path partition',
    'query offset',
    'query timestamp',
    'query timeout',
    'query max_bytes',
    'query min_bytes',
  ]);
  expect(fetch?.parameters.find(({ name }) => name === 'timeout')?.schema).toEqual({
    type: 'integer',
    minimum: 0,
  });
  for (const path of [
    '/topics/{topic}',
    '/topics/{topic}/partitions/{partition}',
    '/v3/clusters/{cluster_id}/topics/{topic_name}/records',
  ]) {
    expect(paths[path]?.post?.parameters).toContainEqual(
      expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: false }),
    );
  }
});

test.each([
  ['POST', '/brokers', 405],
  ['PUT', '/topics/quakes', 405],
  ['DELETE', '/v3/clusters', 405],
  ['GET', '/', 404],
  ['GET', '/v4/clusters', 404],
  ['GET', '/topics/quakes/partitions/0/records/1', 404],
])('%s %s is %i, as JSON', async (method, path, status) => {
  const answer = await send(path, { method });
  expect(await answered(answer)).toEqual({
    status,
    body: { error_code: status, message: expect.stringContaining(`HTTP ${status}`) },
  });
  if (status === 405) expect(answer.headers.get('allow')).not.toBe(null);
});

test.each([
  ['/topics', 'text/html'],
  ['/v3/clusters', 'application/vnd.kafka.v2+json'],
])('%s cannot be had as %s: 406', async (path, mediaType) => {
  const answer = await send(path, { headers: { Accept: mediaType } });
  expect(await answered(answer)).toMatchObject({ status: 406, body: { error_code: 406 } });
});

test('a slash at the end of a path is no matter', async () => {
  const topic = await freshTopic();
  expect(await answered(send(`/topics/${topic}/`))).toMatchObject({ status: 200, body: { name: topic } });
});
