import { expect, test } from 'vitest';
import { createApp } from '../../../lib/api/app.ts';
import { Metrics } from '../../../lib/api/ops/metrics.ts';
import { allRoutes } from '../../../lib/api/routes/all.ts';

import { testBroker } from '../../support/broker.ts';
import { answered, base64, binary } from '../../support/requests.ts';

test('/healthz tells who answers', async () => {
  const { broker, send } = await testBroker();
  expect(await answered(send('/healthz'))).toEqual({
    status: 200,
    body: { status: 'ok', cluster_id: broker.clusterId, broker_id: 1 },
  });
});

test('/metrics counts requests, bytes, times and calls to the stores', async () => {
  const { send } = await testBroker();
  const body = JSON.stringify({ records: [{ value: base64('x') }] });
  const sent = await send('/topics/quakes', binary({ value: base64('x') }));
  const bytesOut = (await sent.text()).length;
  await send('/topics/none');
  const answer = await send('/metrics');
  expect(answer.headers.get('content-type')).toMatch('text/plain');
  const text = await answer.text();
  expect(text).toContain('rivulet_http_requests_total{route="/topics/{topic}",method="POST",status="200"} 1');
  expect(text).toContain('rivulet_http_requests_total{route="/topics/{topic}",method="GET",status="404"} 1');
  expect(text).toContain(
    'rivulet_http_request_duration_seconds_count{route="/topics/{topic}",method="POST"} 1',
  );
  expect(text).toContain(`rivulet_http_body_bytes_total{direction="in"} ${body.length}`);
  expect(text).toContain(`rivulet_http_body_bytes_total{direction="out"} ${bytesOut}`);
  expect(text).toMatch(
    /rivulet_store_call_duration_seconds_count\{store="metadata",operation="append",outcome="done"\} 1/,
  );
});

test('two apps in one process count each for itself', async () => {
  const { broker, send } = await testBroker();
  await send('/topics');
  const other = await createApp(broker, allRoutes, { metrics: new Metrics() }).fetch(
    new Request('http://broker.test/metrics'),
  );
  expect(await other.text()).not.toContain('route="/topics"');
});

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<string, { parameters: { name: string; in: string; schema: unknown }[] }>
  >;
}

test('/openapi.json describes every route, from the schemas that check it', async () => {
  const { send } = await testBroker();
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
});

test.each([
  ['POST', '/brokers', 405],
  ['PUT', '/topics/quakes', 405],
  ['DELETE', '/v3/clusters', 405],
  ['GET', '/', 404],
  ['GET', '/v4/clusters', 404],
  ['GET', '/topics/quakes/partitions/0/records/1', 404],
])('%s %s is %i, as JSON', async (method, path, status) => {
  const { send } = await testBroker();
  const answer = await send(path, { method });
  expect(await answered(answer)).toEqual({
    status,
    body: { error_code: status, message: expect.stringContaining(`HTTP ${status}`) },
  });
  if (status === 405) expect(answer.headers.get('allow')).not.toBe(null);
});

test('a bug is told to whoever runs the broker, and not to the client', async () => {
  const { broker, bugs, send } = await testBroker();
  const bug = new Error('the secret of the house');
  broker.topics.list = () => Promise.reject(bug);
  expect(await answered(send('/topics'))).toEqual({
    status: 500,
    body: { error_code: 500, message: 'Internal Server Error' },
  });
  expect(bugs).toEqual([bug]);
});

test.each([
  ['/topics', 'text/html'],
  ['/v3/clusters', 'application/vnd.kafka.v2+json'],
  ['/metrics', 'application/json'],
])('%s cannot be had as %s: 406', async (path, mediaType) => {
  const { send } = await testBroker();
  const answer = await send(path, { headers: { Accept: mediaType } });
  expect(await answered(answer)).toMatchObject({ status: 406, body: { error_code: 406 } });
});
