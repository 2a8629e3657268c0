import { expect, test } from 'vitest';
import { BINARY_V2, JSON_TYPE } from '../../../lib/api/http/media-types.ts';
import { testBroker } from '../../support/broker.ts';
import { accept } from '../../support/requests.ts';

const stream =
  '{"value":{"type":"JSON","data":1}} {"value":{"type":"STRING","data":"b"},"timestamp":"2021-02-05T19:14:42Z"}';

test('the time of a record that has none is that of the first request', async () => {
  const all = await testBroker({ 'log.message.timestamp.type': 'LogAppendTime' });
  const path = `/v3/clusters/${all.broker.clusterId}/topics/quakes/records`;
  const headers = { 'Content-Type': JSON_TYPE, 'Idempotency-Key': 'k' };
  const keyed = { method: 'POST', headers, body: stream };
  const first = await (await all.send(path, keyed)).text();
  const read = await all.send('/topics/quakes/partitions/0/records', accept(BINARY_V2));
  const stored = ((await read.json()) as { timestamp: number }[]).map(({ timestamp }) => timestamp);
  const told = first
    .trim()
    .split('\r\n')
    .map((line) => Date.parse((JSON.parse(line) as { timestamp: string }).timestamp));
  expect(told).toEqual(stored);
});
