import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BatchOutcome } from '../../../lib/log/types.ts';
import { batchOf } from '../batches.ts';
import { fetchFrom, readers } from './fetches.ts';
import { type Happening, happening, index, timestamp } from './happening.ts';
import type { PartitionModel } from './partition-model.ts';
import { type ProducerAction, type ProducerModel, producerActions } from './producer-model.ts';
import { FAULT_ERRORS, type World } from './world.ts';

interface PlainAppend {
  readonly process: number;
  readonly partition: number;
  readonly counts: readonly number[];
  readonly time: number;
}

interface SequencedAppend {
  readonly process: number;
  readonly partition: number;
  readonly producer: number;
  readonly action: ProducerAction;
  readonly count: number;
  readonly time: number;
}

const plainAppend: fc.Arbitrary<PlainAppend> = fc.record({
  process: index,
  partition: index,
  counts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
  time: timestamp,
});

const sequencedAppend: fc.Arbitrary<SequencedAppend> = fc.record({
  process: index,
  partition: index,
  producer: fc.nat({ max: 1 }),
  action: fc.oneof(fc.constant('next' as const), fc.constantFrom(...producerActions)),
  count: fc.integer({ min: 1, max: 3 }),
  time: timestamp,
});

/** Appends that are made at once while others read, in calm or in faulty times. */
export const append: fc.Arbitrary<Happening> = fc
  .record({
    plain: fc.array(plainAppend, { maxLength: 4 }),
    sequenced: fc.array(sequencedAppend, { maxLength: 4 }),
    readers: fc.array(readers, { maxLength: 2 }),
    faultRate: fc.constantFrom(0, 0, 0.05, 0.3),
  })
  .map((appends) =>
    happening('append', appends, async (world) => {
      world.faultRate = appends.faultRate;
      await Promise.all([
        ...appends.plain.map((each) => appendPlain(world, each)),
        ...onceAProducer(world, appends.sequenced).map((each) => appendSequenced(world, each)),
        ...appends.readers.map((each) => fetchFrom(world, each)),
      ]);
    }),
  );

/** One small append after the other, by processes in turn, so that heads are rolled and idle producers leave. */
export const fill: fc.Arbitrary<Happening> = fc
  .record({ partition: index, appends: fc.integer({ min: 5, max: 25 }), faultRate: fc.constantFrom(0, 0.05) })
  .map((facts) =>
    happening('fill', facts, async (world) => {
      world.faultRate = facts.faultRate;
      for (let process = 0; process < facts.appends; process += 1) {
        await appendPlain(world, { process, partition: facts.partition, counts: [1], time: process });
      }
    }),
  );

/** A producer has one batch in flight here, so that the order of its batches is its own. */
function onceAProducer(world: World, appends: readonly SequencedAppend[]): SequencedAppend[] {
  const producers = new Map<ProducerModel, SequencedAppend>();
  for (const each of appends) producers.set(producerOf(world, each), each);
  return [...producers.values()];
}

function producerOf(world: World, { partition, producer }: SequencedAppend): ProducerModel {
  const model = world.partition(partition).producers[producer];
  assert(model !== undefined, `there is no producer ${producer}`);
  return model;
}

async function appendPlain(world: World, { process, partition, counts, time }: PlainAppend): Promise<void> {
  const model = world.partition(partition);
  const groups = counts.map((count) => world.freshValues(count));
  const batches = groups.map((values) => batchOf(values, { timestamps: [time] }));
  const outcomes = await world.process(process).append(model.partition, batches);
  let last = -1;
  for (const [at, outcome] of outcomes.entries()) {
    assert(outcome.kind !== 'duplicate', 'a plain batch is nobody’s repeat');
    learn(model, groups[at] ?? [], outcome);
    if (outcome.kind === 'failed') checkFault(world, outcome);
    else {
      assert(outcome.baseOffset > last, 'batches of one append have changed places');
      last = outcome.baseOffset;
    }
  }
}

async function appendSequenced(world: World, each: SequencedAppend): Promise<void> {
  const model = world.partition(each.partition);
  const producer = producerOf(world, each);
  const wasUnclear = producer.isUnclear;
  const send = producer.send(each.action, world.freshValues(each.count), each.time);
  const [outcome] = await world.process(each.process).append(model.partition, [send.bytes]);
  assert(outcome !== undefined, 'an append of one batch has one outcome');
  const heard = producer.hear(send, outcome);
  if (heard === 'a fault' && !wasUnclear) checkFault(world, outcome);
  if (!send.isOld) learn(model, send.batch.values, outcome);
}

function checkFault(world: World, outcome: BatchOutcome): void {
  assert(world.faultRate > 0, `without a fault: ${JSON.stringify(outcome)}`);
  if (outcome.kind === 'failed') assert(FAULT_ERRORS.includes(outcome.error.error), outcome.error.stack);
}

function learn(model: PartitionModel, values: readonly string[], outcome: BatchOutcome): void {
  if (outcome.kind !== 'failed') {
    assert(outcome.baseOffset !== undefined, 'nobody knows where a repeat stands');
    model.acknowledged(outcome.baseOffset, values);
  } else if (outcome.error.error === 'REQUEST_TIMED_OUT') model.unclear(values);
  else model.refused(values);
}
