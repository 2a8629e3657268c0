import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Held, holdingsOf, type Instance, type Reads } from '../../../lib/group/instances/instance.ts';
import { decodeInstance, encodeInstance } from '../../../lib/group/instances/instance-item.ts';
import { KafkaError } from '../../../lib/kafka/errors.ts';
import { asOffset, type Offset } from '../../../lib/kafka/types.ts';

const topic = fc.stringMatching(/^[a-z]{1,8}$/);
const partition = fc.nat(10_000);
const offset: fc.Arbitrary<Offset | undefined> = fc.option(fc.maxSafeNat().map(asOffset), { nil: undefined });
const held: fc.Arbitrary<Held> = fc
  .record({ topic, partition, since: fc.nat(), position: offset, committed: offset })
  .map((each) => ({ ...each, topicId: `id-of-${each.topic}` }));
const member = fc.record({ memberId: topic, memberEpoch: fc.nat() });
const reads: fc.Arbitrary<Reads> = fc.oneof(
  fc.constant({ kind: 'nothing' as const }),
  fc.record({
    kind: fc.constant('subscription' as const),
    subscription: fc.record({
      topicNames: fc.array(topic),
      pattern: fc.option(fc.string(), { nil: undefined }),
    }),
    member,
  }),
  fc.record({
    kind: fc.constant('assignment' as const),
    partitions: fc.array(fc.record({ topic, partition })),
  }),
);
const instance: fc.Arbitrary<Instance> = fc.record({
  config: fc.record({
    format: fc.constantFrom('binary', 'json'),
    autoOffsetReset: fc.constantFrom('earliest', 'latest', 'none'),
    autoCommit: fc.boolean(),
    fetchMinBytes: fc.option(fc.nat(), { nil: undefined }),
    requestTimeoutMs: fc.option(fc.nat(), { nil: undefined }),
  }),
  reads,
  held: fc
    .uniqueArray(held, { selector: (each) => `${each.topic}#${each.partition}` })
    .map((all) => holdingsOf(all)),
  turn: fc.nat(),
  autoCommittedMs: fc.nat(),
  usedMs: fc.nat(),
  changes: fc.array(topic, { maxLength: 8 }),
});

const key = { pk: 'G#g', sk: 'c#n' };

test('an instance comes back from its item as it was', () => {
  fc.assert(
    fc.property(instance, (given) => {
      const attributes = encodeInstance(given, 60_000);
      expect(decodeInstance({ key, version: 'v', attributes })).toEqual({ instance: given, version: 'v' });
    }),
  );
});

test('an item may be removed once it has been kept for its time', () => {
  const [given] = fc.sample(instance, 1);
  const attributes = encodeInstance({ ...(given as Instance), usedMs: 1_000_500 }, 60_000);
  expect(attributes.ttl).toBe(1_061);
});

test('what an item does not take is refused by name', () => {
  const partitions = Array.from({ length: 4_000 }, (_, at) => ({ topic: 't'.repeat(100), partition: at }));
  const [given] = fc.sample(instance, 1);
  const tooLarge = { ...(given as Instance), reads: { kind: 'assignment' as const, partitions } };
  expect(() => encodeInstance(tooLarge, 60_000)).toThrow(KafkaError);
});

test.each([{ turn: -1 }, { reads: { kind: 'else' } }, { more: 1 }, { format: 'avro' }])(
  'an item with %j is none of ours',
  (wrong) => {
    const [given] = fc.sample(instance, 1);
    const attributes = { ...encodeInstance(given as Instance, 60_000), ...wrong };
    expect(() => decodeInstance({ key, version: 'v', attributes })).toThrow();
  },
);
