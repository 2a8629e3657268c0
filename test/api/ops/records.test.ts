import { expect, test } from 'vitest';
import { startBroker } from '../../support/broker-process.ts';
import { BINARY_V2, JSON_V2, RECORD_BATCH } from '../../support/http.ts';
import { encode } from '../../support/record-batches.ts';
import { base64, batches, binary, json, raw, v3 } from '../../support/requests.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const V2_JSON = 'application/vnd.kafka.v2+json';

/** A broker behind real HTTP, and what its metrics say. */
async function startCounted() {
  const { url } = await startBroker(await tempFolder());
  const send = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await fetch(`${url}${path}`, init);
    await response.clone().arrayBuffer();
    return response;
  };
  const sample = async (name: string): Promise<number> => {
    const lines = (await (await send('/metrics')).text()).split('\n');
    const line = lines.find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1) ?? 0);
  };
  const records = async () => ({
    in: await sample('rivulet_records_total{direction="in"}'),
    out: await sample('rivulet_records_total{direction="out"}'),
  });
  /** How many records more there are after a request. */
  const counting = async (path: string, init?: RequestInit) => {
    const before = await records();
    const { status } = await send(path, init);
    const after = await records();
    return { status, in: after.in - before.in, out: after.out - before.out };
  };
  return { send, sample, counting };
}

const keyed = (init: RequestInit): RequestInit => ({
  ...init,
  headers: { ...init.headers, 'Idempotency-Key': '"once"' },
});

test('records are counted as they come in, whichever way', async () => {
  const { send, counting } = await startCounted();
  const clusters = (await (await send('/v3/clusters')).json()) as { data: { cluster_id: string }[] };
  const stream = `/v3/clusters/${clusters.data[0]?.cluster_id}/topics/quakes/records`;
  const three = [{ value: base64('a') }, { value: base64('b') }, { value: base64('c') }];
  const object = JSON.stringify({ value: { type: 'STRING', data: 'a' } });

  const counted = {
    toTopic: await counting('/topics/quakes', binary(...three)),
    json: await counting('/topics/quakes', json('{"value":1}', '{"value":2}')),
    toPartition: await counting('/topics/quakes/partitions/0', binary(...three)),
    batches: await counting('/topics/quakes/partitions/0', batches(encode(['a', 'b']), encode(['c']))),
    v3: await counting(stream, v3(object + object)),
    v3Keyed: await counting(stream, keyed(v3(object + object))),
    keyed: await counting('/topics/quakes', keyed(binary(...three))),
    batchesKeyed: await counting('/topics/quakes/partitions/0', keyed(batches(encode(['a', 'b'])))),
  };
  expect(counted).toEqual({
    toTopic: { status: 200, in: 3, out: 0 },
    json: { status: 200, in: 2, out: 0 },
    toPartition: { status: 200, in: 3, out: 0 },
    batches: { status: 200, in: 3, out: 0 },
    v3: { status: 200, in: 2, out: 0 },
    v3Keyed: { status: 200, in: 2, out: 0 },
    // Another request has the key: of this one nothing comes in.
    keyed: { status: 422, in: 0, out: 0 },
    batchesKeyed: { status: 422, in: 0, out: 0 },
  });
  const other = (init: RequestInit, key: string): RequestInit => ({
    ...init,
    headers: { ...init.headers, 'Idempotency-Key': `"${key}"` },
  });
  expect(await counting('/topics/quakes', other(binary(...three), 'a'))).toMatchObject({ in: 3 });
  const batch = batches(encode(['a', 'b']));
  expect(await counting('/topics/quakes/partitions/0', other(batch, 'b'))).toMatchObject({ in: 2 });
});

test('what is refused, and what an idempotent producer repeats, has not come in', async () => {
  const { counting } = await startCounted();
  const producer = { producerId: 1, producerEpoch: 0, baseSequence: 0 };
  const path = '/topics/quakes/partitions/0';
  expect(await counting(path, batches(encode(['a', 'b'], producer)))).toMatchObject({ in: 2 });
  expect(await counting(path, batches(encode(['a', 'b'], producer)))).toEqual({
    status: 200,
    in: 0,
    out: 0,
  });
  expect(await counting(path, raw(RECORD_BATCH, Buffer.from('none')))).toMatchObject({ in: 0 });
});

test('records are counted as they go out, whichever way', async () => {
  const { send, counting } = await startCounted();
  await send('/topics/quakes', json('{"value":1}', '{"value":2}', '{"value":3}'));
  const path = '/topics/quakes/partitions/0/records?offset=1';
  const as = (type: string) => counting(path, { headers: { Accept: type } });
  expect(await as(JSON_V2)).toEqual({ status: 200, in: 0, out: 2 });
  expect(await as(BINARY_V2)).toEqual({ status: 200, in: 0, out: 2 });
  // A batch goes out whole; its reader passes over what it did not ask for.
  expect(await as(RECORD_BATCH)).toEqual({ status: 200, in: 0, out: 3 });
  expect(await counting('/topics/quakes/partitions/0/records?offset=3&timeout=0')).toMatchObject({ out: 0 });
});

test('a consumer instance counts what it reads, and how far its group is behind', async () => {
  const { send, counting, sample } = await startCounted();
  await send('/topics/quakes', binary({ value: base64('a') }));
  await send('/topics/quakes', binary({ value: base64('b') }, { value: base64('c') }));
  const post = (body: object): RequestInit => raw(V2_JSON, JSON.stringify(body));
  const instance = '/consumers/g/instances/one';
  await send('/consumers/g', post({ name: 'one', 'auto.offset.reset': 'earliest' }));
  await send(`${instance}/assignments`, post({ partitions: [{ topic: 'quakes', partition: 0 }] }));
  const headers = { Accept: BINARY_V2 };
  const sum = () => sample('rivulet_group_lag_records_sum');
  expect(await counting(`${instance}/records?max_bytes=1`, { headers })).toEqual({
    status: 200,
    in: 0,
    out: 1,
  });
  expect(await sum()).toBe(2);
  expect(await counting(`${instance}/records`, { headers })).toEqual({ status: 200, in: 0, out: 2 });
  expect([await sum(), await sample('rivulet_group_lag_records_count')]).toEqual([2, 2]);

  // Whoever asks for the lag makes it known too.
  await send(`${instance}/offsets`, post({ offsets: [{ topic: 'quakes', partition: 0, offset: 1 }] }));
  await send('/groups/g/lags');
  expect(await sum()).toBe(3);
  const clusters = (await (await send('/v3/clusters')).json()) as { data: { cluster_id: string }[] };
  const group = `/v3/clusters/${clusters.data[0]?.cluster_id}/consumer-groups/g`;
  await send(`${group}/lags`);
  await send(`${group}/lag-summary`);
  expect(await sum()).toBe(5);
});
