import type { FetchedPartition, Taken } from '../../group/instances/types.ts';
import type { KafkaError } from '../../kafka/errors.ts';
import type { Offset } from '../../kafka/types.ts';
import type { ApiError } from '../errors/api-error.ts';
import { RecordsText } from './records-text.ts';
import type { RenderRecord } from './render-binary.ts';
import { GROWTH_MAX, renderBatches } from './render-records.ts';

export interface RenderLimits {
  /** Of record batches. */
  readonly maxBytes: number;
  /** Of the answer. */
  readonly answerBytesMax: number;
  readonly decompressedBytesMax: number;
}

/**
 * The records of several partitions as one JSON array, with the offset behind the last of each partition. A record that
 * cannot be shown ends its partition only.
 *
 * @param renderOf How to show the records of a partition.
 * @returns with the array, how many records are in it.
 * @throws ApiError 40601, 40602, KafkaError when there is nothing else to show.
 */
export function renderPartitions(
  fetched: readonly FetchedPartition[],
  renderOf: (topic: string, partition: number) => RenderRecord,
  { maxBytes, answerBytesMax, decompressedBytesMax }: RenderLimits,
): Taken<string> & { readonly count: number } {
  const answer = new RecordsText({ lengthMax: maxBytes * GROWTH_MAX, bytesMax: answerBytesMax });
  const next: Offset[] = [];
  let failure: ApiError | KafkaError | undefined;
  for (const { topic, partition, from, batches } of fetched) {
    if (answer.isLong) {
      next.push(from);
      continue;
    }
    const options = { from, decompressedBytesMax };
    const rendered = renderBatches(answer, batches, renderOf(topic, partition), options);
    failure ??= rendered.failure;
    next.push(rendered.next);
  }
  if (answer.count === 0 && failure !== undefined) throw failure;
  return { answer: answer.toString(), next, count: answer.count };
}
