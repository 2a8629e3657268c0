import { expect, test } from 'vitest';
import type { BrokerConfig } from '../../lib/cluster/broker-config.ts';
import { BATCH_HEADER_BYTES } from '../../lib/kafka/batch-header.ts';
import { encodeRecordBatch } from '../../lib/kafka/encode-record-batch.ts';
import { testBroker } from '../support/broker.ts';
import { answered, base64, batches, binary } from '../support/requests.ts';

const value = (bytes: number): string => base64('x'.repeat(bytes));
const records = (count: number): unknown[] => Array.from({ length: count }, () => ({ value: '' }));
const encoded = (count: number, bytes: number, options = {}): Uint8Array =>
  encodeRecordBatch(
    Array.from({ length: count }, () => ({ timestamp: 1, key: null, value: Buffer.alloc(bytes) })),
    options,
  );

/** A value whose record makes a batch of exactly this many bytes (lengths that take two bytes each). */
const valueOfBatch = (bytes: number): string => value(bytes - BATCH_HEADER_BYTES - 2 - 1 - 1 - 1 - 1 - 2 - 1);

const fetchPath = (query: string): string => `/topics/quakes/partitions/0/records?${query}`;
const headers = (count: number): unknown => ({
  value: '',
  headers: Array.from({ length: count }, (_, index) => ({ name: String(index), value: null })),
});

interface Side {
  readonly path?: string;
  readonly init?: RequestInit;
}

const sides: [keyof BrokerConfig, number, Side, Side, number, number][] = [
  [
    'socket.request.max.bytes',
    500,
    { init: binary({ value: value(300) }) },
    { init: binary({ value: value(400) }) },
    413,
    413,
  ],
  ['request.records.max', 3, { init: binary(...records(3)) }, { init: binary(...records(4)) }, 413, 41303],
  [
    'request.partitions.max',
    2,
    { init: binary({ partition: 0 }, { partition: 2 }, { partition: 0 }) },
    { init: binary({ partition: 0 }, { partition: 1 }, { partition: 2 }) },
    413,
    41304,
  ],
  ['record.headers.max', 2, { init: binary(headers(2)) }, { init: binary(headers(3)) }, 413, 41305],
  [
    'record.key.max.bytes',
    10,
    { init: binary({ key: value(10) }) },
    { init: binary({ key: value(11) }) },
    413,
    41306,
  ],
  [
    'record.value.max.bytes',
    10,
    { init: binary({ value: value(10) }) },
    { init: binary({ value: value(11) }) },
    413,
    41307,
  ],
  [
    'message.max.bytes',
    300,
    { init: binary({ value: valueOfBatch(300) }) },
    { init: binary({ value: valueOfBatch(301) }) },
    413,
    41301,
  ],
  [
    'fetch.wait.limit.ms',
    10,
    { path: fetchPath('timeout=10') },
    { path: fetchPath('timeout=11') },
    400,
    40002,
  ],
  [
    'fetch.max.bytes',
    10,
    { path: fetchPath('max_bytes=10&timeout=0') },
    { path: fetchPath('max_bytes=11') },
    400,
    40002,
  ],
  [
    'fetch.max.bytes',
    10,
    { path: fetchPath('min_bytes=10&timeout=0') },
    { path: fetchPath('min_bytes=11') },
    400,
    40002,
  ],
];

test.each(sides)(
  '%s = %i: what keeps it is taken, what exceeds it is refused',
  async (name, limit, below, above, status, errorCode) => {
    const { broker, send, bugs } = await testBroker({ [name]: limit });
    await broker.topics.create({ name: 'quakes', partitionCount: 3 });
    const { path = '/topics/quakes', init } = below;
    expect(await answered(send(path, init))).toMatchObject({ status: 200 });
    expect(await answered(send(above.path ?? '/topics/quakes', above.init))).toEqual({
      status,
      body: {
        error_code: errorCode,
        message: expect.stringContaining(name === 'message.max.bytes' ? 'max.message.bytes' : name),
      },
    });
    expect(bugs).toEqual([]);
  },
);

const batchSides: [keyof BrokerConfig, number, Uint8Array, Uint8Array, number][] = [
  ['message.max.bytes', encoded(1, 10).length, encoded(1, 10), encoded(1, 11), 41301],
  ['request.records.max', 3, encoded(3, 1), encoded(4, 1), 41303],
  ['record.value.max.bytes', 10, encoded(1, 10), encoded(1, 11), 41301],
  [
    'batch.decompressed.max.bytes',
    2_000,
    encoded(1, 1_900, { compression: 'gzip' }),
    encoded(1, 2_100, { compression: 'gzip' }),
    41301,
  ],
];

test.each(batchSides)(
  '%s = %i holds for record batches too',
  async (name, limit, below, above, errorCode) => {
    const { send } = await testBroker({ [name]: limit });
    expect(await answered(send('/topics/quakes/partitions/0', batches(below)))).toMatchObject({
      status: 200,
    });
    const refused = answered(send('/topics/quakes/partitions/0', batches(above)));
    expect(await refused).toMatchObject({ status: 413, body: { error_code: errorCode } });
  },
);

test('the wait and the size of a fetch that names none stay within the limits too', async () => {
  const { broker, send } = await testBroker({ 'fetch.wait.limit.ms': 1, 'fetch.max.bytes': 1 });
  await broker.topics.create({ name: 'quakes' });
  expect(await answered(send('/topics/quakes/partitions/0/records'))).toEqual({ status: 200, body: [] });
});
