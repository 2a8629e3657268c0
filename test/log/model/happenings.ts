import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asOffset } from '../../../lib/kafka/types.ts';
import { checkInvariants } from '../check-invariants.ts';
import { BROKER_ID } from '../test-logs.ts';
import { append, fill } from './appends.ts';
import { fetchFrom, readers } from './fetches.ts';
import { type Happening, happening, index, timestamp } from './happening.ts';

const fraction = fc.double({ min: 0, max: 1, noNaN: true });

const fetch = readers.map((facts) =>
  happening('fetch', facts, async (world) => {
    world.faultRate = 0;
    await fetchFrom(world, facts);
  }),
);

const lookUpTime = fc.record({ process: index, partition: index, time: timestamp }).map((facts) =>
  happening('look up a time', facts, async (world) => {
    world.faultRate = 0;
    const model = world.partition(facts.partition);
    const { records, problems } = await checkInvariants(world.stores, model.partition);
    assert.deepEqual(problems, []);
    const isIt = (each: { offset: number; timestamp: number }) =>
      each.offset >= model.start && each.timestamp >= facts.time;
    const expected = records.find(isIt);
    const found = await world.process(facts.process).offsetForTimestamp(model.partition, facts.time);
    assert.deepEqual(found, expected && { offset: expected.offset, timestamp: expected.timestamp });
  }),
);

const cutBack = fc.record({ partition: index, at: fraction }).map((facts) =>
  happening('cut back by retention', facts, async (world) => {
    const model = world.partition(facts.partition);
    const head = await world.stores.metadata.getHead(model.partition);
    const to = Math.floor((head?.next ?? 0) * facts.at * 0.6);
    model.start = Math.max(model.start, to);
    await world.stores.metadata.advance(model.partition, asOffset(to));
  }),
);

const raiseEpoch = index.map((partition) =>
  happening('another process raises the epoch', partition, async (world) => {
    const { metadata } = world.stores;
    const { partition: key } = world.partition(partition);
    const head = await metadata.getHead(key);
    if (head !== undefined) await metadata.lead({ partition: key, to: BROKER_ID, seen: head.epoch });
  }),
);

const restart = index.map((process) =>
  happening('a process dies', process, async (world) => world.restart(process)),
);

const releaseLate = fc
  .nat({ max: 9 })
  .map((process) => happening('what is late comes', process, (world) => world.releaseLate(process)));

/** Barriers first, then a look for references, and only then the rest goes (I5). */
const collectGarbage = fc.constant(
  happening('garbage is collected', undefined, async (world) => {
    const { objects, metadata } = world.stores;
    const candidates = (await objects.list('intake/', { limit: 1_000 })).map(({ key }) => key);
    const barrier = candidates.at(-1)?.slice('intake/'.length);
    if (barrier === undefined) return;
    const referred = new Set<string>();
    for (const { partition } of world.partitions) await metadata.raiseBarrier(partition, barrier);
    for (const { partition } of world.partitions) {
      const { entries } = await checkInvariants(world.stores, partition);
      for (const { entry } of entries) referred.add(`intake/${entry.objectId}`);
    }
    await objects.delete(candidates.filter((key) => !referred.has(key)));
  }),
);

export const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: append },
  { weight: 3, arbitrary: fill },
  { weight: 3, arbitrary: fetch },
  { weight: 1, arbitrary: lookUpTime },
  { weight: 1, arbitrary: cutBack },
  { weight: 1, arbitrary: raiseEpoch },
  { weight: 1, arbitrary: restart },
  { weight: 2, arbitrary: releaseLate },
  { weight: 1, arbitrary: collectGarbage },
);
