import { KafkaError } from '../../kafka/errors.ts';
import type { Offset } from '../../kafka/types.ts';
import type { OffsetRange } from '../../log/types.ts';
import type { TopicPartition } from '../types.ts';
import type { OffsetReset } from './types.ts';

/**
 * Where a partition is read on: from its position, or the committed offset; and where there is none, or the log does not
 * hold it (retention took it; the topic is another one of its name), from where `auto.offset.reset` says.
 *
 * @throws KafkaError OFFSET_OUT_OF_RANGE when that is `none` (Kafka's InvalidOffsetException).
 */
export function decidePosition(
  { topic, partition }: TopicPartition,
  wanted: Offset | undefined,
  { start, next }: OffsetRange,
  reset: OffsetReset,
): Offset {
  if (wanted !== undefined && wanted >= start && wanted <= next) return wanted;
  if (reset === 'earliest') return start;
  if (reset === 'latest') return next;
  const problem =
    wanted === undefined
      ? `The group has committed no offset for ${topic}-${partition}`
      : `Offset ${wanted} of ${topic}-${partition} is out of range: the partition holds ${start} up to ${next}`;
  throw new KafkaError(
    'OFFSET_OUT_OF_RANGE',
    `${problem}, and auto.offset.reset is none: seek, or commit an offset first.`,
  );
}
