import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { buildBodies, encodeBody, type Format, type Shape } from '../../bench/bodies.ts';
import { Ledger } from '../../bench/generator/ledger.ts';
import { read } from '../../bench/generator/read.ts';
import { readBack } from '../../bench/generator/read-back.ts';
import { setBaseOffset } from '../../lib/kafka/record-batch.ts';
import { asOffset } from '../../lib/kafka/types.ts';

const RECORDS = 2;
const shapeOf = (format: Format): Shape => ({
  format,
  batches: 1,
  recordsPerBatch: RECORDS,
  recordBytes: 64,
});

/** The batches that a broker would store of these values, at these offsets. */
function storedBatch(values: readonly Buffer[], baseOffset: number): Buffer {
  const { bytes } = encodeBody(shapeOf('recordbatch'), values);
  setBaseOffset(bytes, 0, asOffset(baseOffset));
  return bytes;
}

/** Serves one batch for each fetch, by the offset asked for. */
async function serve(batches: readonly Buffer[]): Promise<{ url: string; pid: number }> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://test');
    response.end(batches[Number(searchParams.get('offset')) / RECORDS]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pid: process.pid };
}

/** Three acknowledged requests, and the batches that a broker stored of them. */
function acknowledged(format: Format): { ledger: Ledger; batches: Buffer[] } {
  const ledger = new Ledger();
  const batches = buildBodies(shapeOf(format), 3, 1).map((body, index) => {
    ledger.acknowledge(0, { baseOffset: index * RECORDS, body });
    return storedBatch(body.values, index * RECORDS);
  });
  return { ledger, batches };
}

test.each(['recordbatch', 'binary', 'json'] as const)(
  'what was sent as %s is found where it is',
  async (format) => {
    const { ledger, batches } = acknowledged(format);
    const server = await serve(batches);
    expect(await readBack({ server, topic: 't' }, ledger)).toMatchObject({
      records: 6,
      payloadBytes: 6 * 64,
    });
  },
);

test('a record that comes back changed is found out', async () => {
  const { ledger, batches } = acknowledged('recordbatch');
  const [other] = buildBodies(shapeOf('recordbatch'), 1, 2);
  batches[1] = storedBatch(other?.values ?? [], RECORDS);
  const server = await serve(batches);
  await expect(readBack({ server, topic: 't' }, ledger)).rejects.toThrow('offset 2 has another value');
});

test('a batch that comes back twice is found out', async () => {
  const { ledger, batches } = acknowledged('recordbatch');
  const server = await serve([Buffer.concat([...batches.slice(0, 2), ...batches.slice(1)])]);
  await expect(readBack({ server, topic: 't' }, ledger)).rejects.toThrow('a batch at 2 where 4 is next');
});

test('a record that is acknowledged and not there is found out', async () => {
  const { ledger, batches } = acknowledged('recordbatch');
  const server = await serve(batches.slice(0, 2));
  await expect(readBack({ server, topic: 't' }, ledger)).rejects.toThrow(
    'offset 4 was acknowledged and cannot',
  );
});

test('reading counts every record, and asks for each offset once', async () => {
  const { ledger, batches } = acknowledged('recordbatch');
  const server = await serve(batches);
  const result = await read({ server, topic: 't', format: 'recordbatch', connections: 2 }, ledger);
  expect(result).toMatchObject({ records: 6, answers: 3 });
});
