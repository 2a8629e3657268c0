import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KafkaError } from '../../../lib/kafka/errors.ts';
import { asOffset } from '../../../lib/kafka/types.ts';
import type { FetchRequest, FetchResult } from '../../../lib/log/types.ts';
import { recordsOf } from '../batches.ts';
import { index } from './happening.ts';
import type { PartitionModel } from './partition-model.ts';
import { FAULT_ERRORS, type World } from './world.ts';

export interface Reader {
  readonly process: number;
  readonly partition: number;
  /** Where in the log it reads, from 0 to 1. */
  readonly at: number;
  readonly maxBytes: number;
}

export const readers: fc.Arbitrary<Reader> = fc.record({
  process: index,
  partition: index,
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  maxBytes: fc.nat({ max: 3_000 }),
});

/** Reads once, perhaps while others append, and checks what comes. In faulty times it may come to nothing. */
export async function fetchFrom(world: World, { process, partition, at, maxBytes }: Reader): Promise<void> {
  const model = world.partition(partition);
  const offset = asOffset(Math.round(at * model.end));
  const request = { partition: model.partition, offset, maxBytes, minBytes: 1, maxWaitMs: 0 };
  const endBefore = model.end;
  try {
    const result = await world.process(process).fetch(request);
    assert(offset >= model.start, `${offset} was read, below the start ${model.start}`);
    assert(
      result.highWatermark >= endBefore,
      `the log ends at ${result.highWatermark}, it did at ${endBefore}`,
    );
    checkResult(model, request, result);
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    const isFault = world.faultRate > 0 && FAULT_ERRORS.includes(error.error);
    const isBelow = offset < model.start && error.error === 'OFFSET_OUT_OF_RANGE';
    if (!(isFault || isBelow)) throw error;
  }
}

function checkResult(model: PartitionModel, request: FetchRequest, result: FetchResult): void {
  const { offset, maxBytes } = request;
  const { batches, highWatermark, logStartOffset } = result;
  assert.equal(logStartOffset, model.start);
  model.sawEnd(highWatermark);
  const records = recordsOf(batches);
  model.read(records);
  const [first, last] = [records.at(0), records.at(-1)];
  if (offset === highWatermark) assert.equal(first, undefined);
  else assert(first && last && first.offset <= offset && offset <= last.offset, `not from ${offset} on`);
  const bytes = batches.reduce((sum, batch) => sum + batch.length, 0);
  assert(batches.length <= 1 || bytes <= maxBytes, `${bytes} bytes, at most ${maxBytes} were asked for`);
}
