import type { FetchedPartition, Taken } from '../../group/instances/types.ts';
import type { KafkaError } from '../../kafka/errors.ts';
import type { Offset } from '../../kafka/types.ts';
import type { ApiError } from '../errors/api-error.ts';
import type { RenderRecord } from './render-binary.ts';
import { GROWTH_MAX, renderBatches } from './render-records.ts';

export interface RenderLimits {
  readonly maxBytes: number;
  readonly decompressedBytesMax: number;
}

/**
 * The records of several partitions as one JSON array, with the offset behind the last of each partition. A record that
 * cannot be shown ends its partition only.
 *
 * @param renderOf How to show the records of a partition.
 * @throws ApiError 40601, KafkaError when there is nothing else to show.
 */
export function renderPartitions(
  fetched: readonly FetchedPartition[],
  renderOf: (topic: string, partition: number) => RenderRecord,
  { maxBytes, decompressedBytesMax }: RenderLimits,
): Taken<string> {
  const textLengthMax = maxBytes * GROWTH_MAX;
  const next: Offset[] = [];
  let text = '';
  let failure: ApiError | KafkaError | undefined;
  for (const { topic, partition, from, batches } of fetched) {
    if (text.length > textLengthMax) {
      next.push(from);
      continue;
    }
    const limits = { from, textLengthMax: textLengthMax - text.length, decompressedBytesMax };
    const rendered = renderBatches(batches, renderOf(topic, partition), limits);
    failure ??= rendered.failure;
    next.push(rendered.next);
    if (rendered.text !== '') text += text === '' ? rendered.text : `,${rendered.text}`;
  }
  if (text === '' && failure !== undefined) throw failure;
  return { answer: `[${text}]`, next };
}
