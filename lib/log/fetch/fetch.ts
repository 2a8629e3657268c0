import { KafkaError } from '../../kafka/errors.ts';
import type { Offset } from '../../kafka/types.ts';
import type { Head, PartitionKey } from '../../storage/head.ts';
import type { PlacedEntry } from '../codec/index-page.ts';
import type { Commits } from '../commits.ts';
import { entriesFrom } from '../index/entries.ts';
import { readUnderHead } from '../index/index-moved.ts';
import type { FetchRequest, FetchResult } from '../types.ts';
import { readSlices, type SliceSource } from './read-slices.ts';
import type { Slice } from './slice.ts';

export interface FetchDeps extends SliceSource {
  readonly commits: Commits;
}

/** One look at the log. `whole` means that it holds everything up to the high watermark. */
interface Look extends FetchResult {
  readonly bytes: number;
  readonly whole: boolean;
}

/** See {@link PartitionLogs.fetch}: looks at the log until there is enough of it, or the wait is over. */
export async function fetchRecords(deps: FetchDeps, request: FetchRequest): Promise<FetchResult> {
  const { partition, minBytes, maxWaitMs, signal } = request;
  const deadlineMs = deps.runtime.monotonicMs() + maxWaitMs;
  const watch = deps.commits.watch(partition);
  try {
    for (;;) {
      const look = await readUnderHead(deps.metadata, partition, (head) => lookAt(deps, request, head));
      const enough = look.bytes >= minBytes || !look.whole;
      const over = signal?.aborted || deps.commits.ended || deps.runtime.monotonicMs() >= deadlineMs;
      if (enough || over) return look;
      await watch.wait(deadlineMs, signal);
    }
  } finally {
    watch.close();
  }
}

async function lookAt(deps: FetchDeps, request: FetchRequest, head: Head): Promise<Look> {
  const { partition, offset, maxBytes } = request;
  const range = { highWatermark: head.next, logStartOffset: head.start };
  assertInRange(offset, head);
  if (offset === head.next) return { ...range, batches: [], bytes: 0, whole: true };

  const batches: Uint8Array[] = [];
  let bytes = 0;
  let end: number = offset;
  try {
    for await (const slice of slicesFrom(deps, partition, head, offset, maxBytes)) {
      for (const batch of slice) {
        const batchEnd = batch.baseOffset + batch.recordCount;
        if (batchEnd <= offset) continue;
        if (batches.length > 0 && bytes + batch.length > maxBytes)
          return { ...range, batches, bytes, whole: false };
        batches.push(batch.bytes);
        bytes += batch.length;
        end = batchEnd;
      }
      if (bytes >= maxBytes) break;
    }
  } catch (error) {
    // What stands before a fault is whole: the reader gets it now, and the error with its next request.
    if (batches.length === 0) throw error;
  }
  return { ...range, batches, bytes, whole: end === head.next };
}

/** The slices from the one that holds `offset` on, read in runs of about `maxBytes`. */
async function* slicesFrom(
  deps: FetchDeps,
  partition: PartitionKey,
  head: Head,
  offset: Offset,
  maxBytes: number,
): AsyncGenerator<Slice, void, undefined> {
  for await (const run of chooseEntries(deps, partition, head, offset, maxBytes)) {
    const slices = await readSlices(deps, run).catch((error: unknown) => {
      if (run.length === 1) throw error;
      return undefined;
    });
    if (slices !== undefined) yield* slices;
    // One of them is damaged or gone: one by one, those before it are read all the same.
    else for (const placed of run) yield* await readSlices(deps, [placed]);
  }
}

/** Cuts the entries from `offset` on into runs of about `maxBytes`, so that little is read that is not sent. */
async function* chooseEntries(
  deps: FetchDeps,
  partition: PartitionKey,
  head: Head,
  offset: Offset,
  maxBytes: number,
): AsyncGenerator<PlacedEntry[], void, undefined> {
  let run: PlacedEntry[] = [];
  let bytes = 0;
  try {
    for await (const entries of entriesFrom(deps.metadata, partition, head, offset)) {
      for (const placed of entries) {
        run.push(placed);
        bytes += placed.entry.length;
        if (bytes >= maxBytes) {
          yield run;
          run = [];
          bytes = 0;
        }
      }
    }
  } catch (error) {
    if (run.length > 0) yield run; // they stand before what cannot be read
    throw error;
  }
  if (run.length > 0) yield run;
}

function assertInRange(offset: Offset, head: Head): void {
  if (offset >= head.start && offset <= head.next) return;
  throw new KafkaError(
    'OFFSET_OUT_OF_RANGE',
    `Offset ${offset} is out of range: the partition holds ${head.start} up to ${head.next}.`,
  );
}
