import { asEpoch, asOffset, type Epoch, type Offset } from '../../kafka/types.ts';
import type { AppendId } from '../../storage/head.ts';
import type { Attribute, Attributes } from '../../storage/item.ts';
import { assertInvariant } from '../invariant.ts';

/** How one partition of a request is appended, whoever does it. */
export interface PlannedPartition {
  readonly partition: number;
  /** Chosen when the request is first seen, and never changed: by it an append is found again. */
  readonly appendId: AppendId;
  /** The epoch of the first attempt, and the log's end before it. */
  readonly epoch: Epoch;
  readonly nextBefore: Offset;
}

/** What is kept under an idempotency key. */
export interface RequestRecord {
  /** Whose record it is: drawn by the process that put it. */
  readonly id: string;
  readonly hash: string;
  /** From then on it counts as absent, in milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly topicId: string;
  readonly plan: Attributes;
  /** Empty when the sequences of idempotent producers protect the batches. */
  readonly partitions: readonly PlannedPartition[];
  /** Once everything stands: see `RepeatableOutcome`. */
  readonly offsets: readonly (Offset | undefined)[] | undefined;
}

const MS_PER_SECOND = 1_000;

/** Attributes of the item. `ttl` is `expires` in seconds: what stores want that remove expired items by themselves. */
export function encodeRequestRecord(record: RequestRecord): Attributes {
  const { id, hash, expiresAtMs, topicId, plan, partitions, offsets } = record;
  assertSane(record);
  return {
    id,
    hash,
    expires: expiresAtMs,
    ttl: Math.ceil(expiresAtMs / MS_PER_SECOND),
    topic: topicId,
    plan,
    partitions: partitions.map(({ partition }) => partition),
    appends: partitions.map(({ appendId }) => appendId),
    epochs: partitions.map(({ epoch }) => epoch),
    ends: partitions.map(({ nextBefore }) => nextBefore),
    ...(offsets !== undefined && { offsets: offsets.map((offset) => offset ?? null) }),
  };
}

/** @throws RangeError or InvariantError when they are no request's. */
export function decodeRequestRecord(attributes: Attributes): RequestRecord {
  const partitions = listOf(attributes.partitions, asNumber);
  const appendIds = listOf(attributes.appends, asText);
  const epochs = listOf(attributes.epochs, asNumber);
  const ends = listOf(attributes.ends, asNumber);
  const record = {
    id: asText(attributes.id),
    hash: asText(attributes.hash),
    expiresAtMs: asNumber(attributes.expires),
    topicId: asText(attributes.topic),
    plan: asObject(attributes.plan),
    partitions: partitions.map((partition, index) => ({
      partition,
      appendId: asText(appendIds[index]),
      epoch: asEpoch(asNumber(epochs[index])),
      nextBefore: asOffset(asNumber(ends[index])),
    })),
    offsets:
      attributes.offsets === undefined
        ? undefined
        : listOf(attributes.offsets, (offset) => (offset === null ? undefined : asOffset(asNumber(offset)))),
  };
  assertSane(record);
  return record;
}

function assertSane({ partitions, offsets }: RequestRecord): void {
  if (offsets === undefined || partitions.length === 0) return;
  assertInvariant(
    'I3',
    offsets.length === partitions.length,
    `${offsets.length} offsets of ${partitions.length} partitions`,
  );
}

const wrong = (attribute: Attribute | undefined): RangeError =>
  new RangeError(`a kept request with ${JSON.stringify(attribute)} where it cannot be`);

function asText(attribute: Attribute | undefined): string {
  if (typeof attribute !== 'string') throw wrong(attribute);
  return attribute;
}

function asNumber(attribute: Attribute | undefined): number {
  if (typeof attribute !== 'number') throw wrong(attribute);
  return attribute;
}

function asObject(attribute: Attribute | undefined): Attributes {
  if (typeof attribute !== 'object' || attribute === null || Array.isArray(attribute)) throw wrong(attribute);
  return attribute as Attributes;
}

function listOf<Value>(attribute: Attribute | undefined, each: (value: Attribute) => Value): Value[] {
  if (!Array.isArray(attribute)) throw wrong(attribute);
  return attribute.map(each);
}
