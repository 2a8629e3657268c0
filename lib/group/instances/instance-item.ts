import * as z from 'zod';
import { KafkaError } from '../../kafka/errors.ts';
import { asOffset, type Offset } from '../../kafka/types.ts';
import type { Attributes, Item, Version } from '../../storage/item.ts';
import { type Held, type Holdings, holdingsOf, type Instance, type Reads } from './instance.ts';

/** An item takes 400,000 bytes. */
const INSTANCE_BYTES_MAX = 350_000;
const MS_PER_SECOND = 1_000;

const count = z.int().min(0);
/** -1 for none. */
const offset = z.int().min(-1);

const readsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('nothing') }),
  z.strictObject({
    kind: z.literal('subscription'),
    topics: z.array(z.string()),
    pattern: z.string().optional(),
    principal: z.string().optional(),
    memberId: z.string().min(1),
    memberEpoch: count,
  }),
  z.strictObject({ kind: z.literal('assignment'), partitions: z.array(z.tuple([z.string(), count])) }),
]);

const attributesSchema = z.strictObject({
  format: z.enum(['binary', 'json']),
  reset: z.enum(['earliest', 'latest', 'none']),
  autoCommit: z.boolean(),
  fetchMinBytes: count.optional(),
  requestTimeoutMs: count.optional(),
  reads: readsSchema,
  held: z.array(
    z.strictObject({
      id: z.string().min(1),
      topic: z.string().min(1),
      /** Number, since, position, committed. */
      partitions: z.array(z.tuple([count, count, offset, offset])),
    }),
  ),
  turn: count,
  autoCommittedMs: z.int(),
  usedMs: z.int(),
  changes: z.array(z.string().min(1)),
  ttl: z.int(),
});

type Encoded = z.output<typeof attributesSchema>;

export interface StoredInstance {
  readonly instance: Instance;
  readonly version: Version;
}

/**
 * What `G#<group> / c#<name>` holds.
 *
 * @param keptMs For how long after its last use the item may stay; `ttl` says so to stores that remove items by themselves.
 * @throws KafkaError INVALID_REQUEST when it is more than an item takes.
 */
export function encodeInstance(instance: Instance, keptMs: number): Attributes {
  const { config, held, turn, autoCommittedMs, usedMs, changes } = instance;
  const { fetchMinBytes, requestTimeoutMs } = config;
  const encoded = attributesSchema.parse({
    format: config.format,
    reset: config.autoOffsetReset,
    autoCommit: config.autoCommit,
    ...(fetchMinBytes !== undefined && { fetchMinBytes }),
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
    reads: encodeReads(instance.reads),
    held: encodeHeld(held),
    turn,
    autoCommittedMs,
    usedMs,
    changes: [...changes],
    ttl: Math.ceil((usedMs + keptMs) / MS_PER_SECOND),
  } satisfies Encoded);
  const bytes = Buffer.byteLength(JSON.stringify(encoded));
  if (bytes <= INSTANCE_BYTES_MAX) return encoded as Attributes;
  throw new KafkaError(
    'INVALID_REQUEST',
    `What the instance reads takes ${bytes} bytes, more than ${INSTANCE_BYTES_MAX}: let it read fewer topics, or add instances.`,
  );
}

export function decodeInstance({ attributes, version }: Item): StoredInstance {
  const encoded = attributesSchema.parse(attributes);
  const { turn, autoCommittedMs, usedMs, changes } = encoded;
  const instance: Instance = {
    config: {
      format: encoded.format,
      autoOffsetReset: encoded.reset,
      autoCommit: encoded.autoCommit,
      fetchMinBytes: encoded.fetchMinBytes,
      requestTimeoutMs: encoded.requestTimeoutMs,
    },
    reads: decodeReads(encoded.reads),
    held: decodeHeld(encoded.held),
    turn,
    autoCommittedMs,
    usedMs,
    changes,
  };
  return { instance, version };
}

function encodeReads(reads: Reads): Encoded['reads'] {
  if (reads.kind === 'nothing') return reads;
  if (reads.kind === 'assignment') {
    return {
      kind: 'assignment',
      partitions: reads.partitions.map(({ topic, partition }) => [topic, partition]),
    };
  }
  const { topicNames, pattern, principal } = reads.subscription;
  return {
    kind: 'subscription',
    topics: [...topicNames],
    ...(pattern !== undefined && { pattern }),
    ...(principal !== undefined && { principal }),
    ...reads.member,
  };
}

function decodeReads(reads: Encoded['reads']): Reads {
  if (reads.kind === 'nothing') return reads;
  if (reads.kind === 'assignment') {
    return {
      kind: 'assignment',
      partitions: reads.partitions.map(([topic, partition]) => ({ topic, partition })),
    };
  }
  const { topics, pattern, principal, memberId, memberEpoch } = reads;
  return {
    kind: 'subscription',
    subscription: { topicNames: topics, pattern, ...(principal !== undefined && { principal }) },
    member: { memberId, memberEpoch },
  };
}

const encodeOffset = (value: Offset | undefined): number => value ?? -1;
const decodeOffset = (value: number): Offset | undefined => (value < 0 ? undefined : asOffset(value));

function encodeHeld(held: Holdings): Encoded['held'] {
  return Array.from(
    Map.groupBy(held.values(), ({ topicId }) => topicId),
    ([id, partitions]) => ({
      id,
      topic: partitions[0]?.topic ?? '',
      partitions: partitions.map(
        ({ partition, since, position, committed }): [number, number, number, number] => [
          partition,
          since,
          encodeOffset(position),
          encodeOffset(committed),
        ],
      ),
    }),
  );
}

function decodeHeld(held: Encoded['held']): Holdings {
  return holdingsOf(
    held.flatMap(({ id, topic, partitions }) =>
      partitions.map(
        ([partition, since, position, committed]): Held => ({
          topicId: id,
          topic,
          partition,
          since,
          position: decodeOffset(position),
          committed: decodeOffset(committed),
        }),
      ),
    ),
  );
}
