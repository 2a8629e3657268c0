import { expect, test } from 'vitest';
import { produceRoutes } from '../../../lib/api/routes/produce.ts';
import { EmfMetrics, isTimedProduce } from '../../../lib/lambda/telemetry/emf-metrics.ts';
import { DIMENSION, metricUnits, NAMESPACE } from '../../../lib/lambda/telemetry/metric-names.ts';
import { accept, base64, binary } from '../../support/requests.ts';
import { type EmfLine, startFunction, written } from './function-lines.ts';

const BINARY = accept('application/vnd.kafka.binary.v2+json');
const V2 = { 'Content-Type': 'application/vnd.kafka.v2+json' };

/** The metrics of a line, checked to be what CloudWatch takes. */
function valuesOf(line: EmfLine): Record<string, unknown> {
  const [directive] = line._aws.CloudWatchMetrics;
  expect(line._aws.CloudWatchMetrics.length).toBe(1);
  expect(directive).toMatchObject({ Namespace: NAMESPACE, Dimensions: [[DIMENSION]] });
  expect(line[DIMENSION]).toBe('quakes');
  expect(Math.abs(Date.now() - line._aws.Timestamp)).toBeLessThan(60_000);
  const values = (directive?.Metrics ?? []).map(({ Name, Unit }) => {
    expect(metricUnits).toHaveProperty(Name, Unit);
    return [Name, line[Name]];
  });
  return Object.fromEntries(values);
}

test('each invocation writes its numbers as one line of the embedded metric format', async () => {
  const { send, end } = await startFunction('info');
  const request = binary({ value: base64('a') }, { value: base64('b') }, { value: base64('c') });
  const produced = await send('/topics/quakes', request);
  const fetched = await send('/topics/quakes/partitions/0/records?offset=1', BINARY);
  const { metrics, logs } = await end();
  expect(metrics.map(valuesOf)).toEqual([
    {
      RecordsIn: 3,
      BytesIn: String(request.body).length,
      BytesOut: produced.body.length,
      ProduceLatency: expect.any(Number),
    },
    { RecordsOut: 2, BytesOut: fetched.body.length },
  ]);
  expect(logs).toEqual([]);
});

test('a function that nobody calls writes nothing', async () => {
  const { end } = await startFunction('trace');
  const { text } = await end();
  expect(text).toMatch(/^listening on \S+\n$/);
});

test('a read of a consumer instance tells how far its group is behind', async () => {
  const { send, end } = await startFunction('info');
  await send('/topics/quakes', binary({ value: base64('a') }));
  await send('/topics/quakes', binary({ value: base64('b') }, { value: base64('c') }));
  const instance = '/consumers/g/instances/one';
  const config = JSON.stringify({ name: 'one', 'auto.offset.reset': 'earliest' });
  await send('/consumers/g', { method: 'POST', headers: V2, body: config });
  const partitions = JSON.stringify({ partitions: [{ topic: 'quakes', partition: 0 }] });
  await send(`${instance}/assignments`, { method: 'POST', headers: V2, body: partitions });
  // One batch comes, whatever there is room for.
  await send(`${instance}/records?max_bytes=1`, BINARY);
  await send(`${instance}/records`, BINARY);
  await send(`${instance}/records?timeout=0`, BINARY);
  const { metrics } = await end();
  expect(metrics.map(valuesOf).filter((values) => 'GroupLag' in values)).toMatchObject([
    { RecordsOut: 1, GroupLag: 2 },
    { RecordsOut: 2, GroupLag: 0 },
    { GroupLag: 0 },
  ]);
});

test('an append without an answer is an unknown outcome, and the fence behind it a fence', async () => {
  const { send, end } = await startFunction('info', 'metadata.append=answerLost');
  expect((await send('/topics/quakes', binary({ value: base64('a') }))).status).toBe(200);
  const { metrics, logs } = await end();
  expect(metrics.map(valuesOf)).toMatchObject([{ RecordsIn: 1, UnknownOutcomes: 1, Fences: 1 }]);
  expect(logs).toMatchObject([
    { level: 'WARN', store: 'metadata', operation: 'append', outcome: 'unknown', function: 'serve' },
  ]);
});

test('more than a hundred produce requests between two flushes fit the lines', () => {
  const emf = new EmfMetrics('quakes');
  const lines = written(() => {
    const observe = emf.route('POST', '/topics/{topic}');
    for (let at = 0; at < 250; at += 1) observe(200, 0.01, 10, 1);
    emf.flush();
    emf.flush();
  });
  const values = lines.map((line) => valuesOf(JSON.parse(line) as EmfLine));
  expect(values.map(({ ProduceLatency }) => (ProduceLatency as number[]).length)).toEqual([100, 100, 50]);
  expect(values.reduce((sum, { BytesIn = 0 }) => sum + Number(BytesIn), 0)).toBe(2_500);
});

test('produce requests of REST v2 are timed, and nothing else', () => {
  const { unversioned, v3 } = produceRoutes;
  const timed = [...unversioned, ...v3].filter(({ method, path }) =>
    isTimedProduce(method.toUpperCase(), path),
  );
  expect(timed.map(({ path }) => path)).toEqual([
    '/topics/{topic}',
    '/topics/{topic}/partitions/{partition}',
  ]);
  expect(isTimedProduce('GET', '/topics/{topic}')).toBe(false);
});

test('there are at most ten metrics: CloudWatch bills each by the month', () => {
  expect(Object.keys(metricUnits).length).toBeLessThanOrEqual(10);
});
