import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RECORD_BATCH } from '../../../lib/api/http/media-types.ts';
import { decodeRecordBatch } from '../../../lib/kafka/decode-record-batch.ts';
import { splitBatches } from '../../../lib/kafka/record-batch.ts';
import { testBroker } from '../../support/broker.ts';
import { encode, resealed } from '../../support/record-batches.ts';
import { accept, answered, batches } from '../../support/requests.ts';

const PATH = '/topics/quakes/partitions/0';

test('any bytes, and any damage to a batch, are refused with a 4xx or stored whole', async () => {
  const { broker, send, bugs } = await testBroker({ 'batch.decompressed.max.bytes': 100_000 });
  await broker.topics.create({ name: 'quakes' });
  const whole = fc
    .record({
      values: fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 5 }),
      compression: fc.constantFrom('none', 'gzip', 'snappy', 'lz4', 'zstd'),
    })
    .map(({ values, compression }) => encode(values, { compression }));
  const damaged = fc
    .tuple(whole, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.boolean())
    .map(([batch, changes, seal]) => {
      for (const [at, byte] of changes) batch[at % batch.length] = byte;
      return seal ? resealed(batch) : batch;
    });
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), async (bytes) => {
      const before = ((await answered(send(`${PATH}/offsets`))).body as { end_offset: number }).end_offset;
      const { status, body } = await answered(send(PATH, batches(bytes)));
      if (status !== 200) {
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
        expect(body).toMatchObject({ error_code: expect.any(Number), message: expect.any(String) });
        return;
      }
      const read = await send(`${PATH}/records?offset=${before}`, accept(RECORD_BATCH));
      for (const { bytes: stored } of splitBatches(Buffer.from(await read.arrayBuffer()))) {
        decodeRecordBatch(stored, { decompressedBytesMax: 100_000 });
      }
      expect((await send(`${PATH}/records?offset=${before}`)).status).toBe(200);
    }),
    { numRuns: 300 },
  );
  expect(bugs).toEqual([]);
});
