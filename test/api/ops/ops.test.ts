import { expect, test } from 'vitest';
import { createApp } from '../../../lib/api/app.ts';
import { Metrics } from '../../../lib/api/ops/metrics.ts';
import { allRoutes } from '../../../lib/api/routes/all.ts';
import { NotDoneError } from '../../../lib/storage/errors.ts';
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

test('/metrics counts what stores throttled, what may have been done, and fences', async () => {
  const metrics = new Metrics();
  const call = { store: 'metadata', durationMs: 1, bytesIn: 0, bytesOut: 0, items: 1 } as const;
  const error = new NotDoneError('throttled', { retriable: true, throttled: true });
  metrics.observeStore({ ...call, operation: 'append', outcome: 'notDone', error });
  metrics.observeStore({ ...call, operation: 'append', outcome: 'unknown' });
  metrics.observeStore({ ...call, operation: 'lead', outcome: 'done' });
  metrics.observeStore({ ...call, operation: 'lead', outcome: 'refused' });
  const text = await metrics.exposition.text();
  expect(text).toMatch(/^rivulet_store_throttles_total 1$/m);
  expect(text).toMatch(/^rivulet_store_unknown_outcomes_total 1$/m);
  expect(text).toMatch(/^rivulet_fences_total 1$/m);
});

test('two apps in one process count each for itself', async () => {
  const { broker, send } = await testBroker();
  await send('/topics');
  const other = await createApp(broker, allRoutes, { metrics: new Metrics() }).fetch(
    new Request('http://broker.test/metrics'),
  );
  expect(await other.text()).not.toContain('route="/topics"');
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

test('/metrics cannot be had as JSON: 406', async () => {
  const { send } = await testBroker();
  const answer = await send('/metrics', { headers: { Accept: 'application/json' } });
  expect(await answered(answer)).toMatchObject({ status: 406, body: { error_code: 406 } });
});
