import { decodeRecordBatch } from '../../../lib/kafka/decode-record-batch.ts';
import { splitBatches } from '../../../lib/kafka/record-batch.ts';
import { asOffset, type Offset } from '../../../lib/kafka/types.ts';
import { decodeIndexPage, type PlacedEntry } from '../../../lib/log/codec/index-page.ts';
import { decodeIntakeFooter } from '../../../lib/log/codec/intake-footer.ts';
import { decodeLogEntry, type ProducerBatch } from '../../../lib/log/codec/log-entry.ts';
import { intakeObjectKey, pageKey } from '../../../lib/storage/keys.ts';
import { applyCall } from '../engine/apply-call.ts';
import { askingStores } from '../engine/asking-stores.ts';
import { ModelRuntime } from '../engine/model-runtime.ts';
import { BROKER_ID, itemName, PARTITION, type StoreState } from '../engine/store-state.ts';
import type * as Subject from '../engine/subject.ts';

/** The whole log in one state of the stores: a record's value at each offset. */
export interface LogView {
  readonly values: readonly string[];
  /** What is wrong with it, if anything is. */
  readonly broken: string | undefined;
}

/**
 * Reads the log by the rule of where an offset is found, in the plainest way, and holds I1, I2, I4 and I6 against
 * it; then fetches it from every offset as a client does.
 */
export async function viewLog(subject: typeof Subject, state: StoreState): Promise<LogView> {
  let entries: readonly PlacedEntry[] = [];
  let values: string[] = [];
  try {
    entries = entriesOf(state);
    values = entries.flatMap((placed) => valuesOf(state, placed));
  } catch (error) {
    return { values, broken: error instanceof Error ? error.message : String(error) };
  }
  const broken =
    findRepeat(values) ?? findWrongSequence(entries) ?? (await findWrongFetch(subject, state, values));
  return { values, broken };
}

/** I1, I4: each page begins where the one before it ends, the head's entries follow, and no offset is left out. */
function entriesOf({ head, items }: StoreState): PlacedEntry[] {
  const entries: PlacedEntry[] = [];
  let next: number = head.compacted;
  while (next < head.tail) {
    const item = items.get(itemName(pageKey(PARTITION, asOffset(next))));
    if (item === undefined) throw new Error(`I4: offset ${next} is in no page, and the tail is ${head.tail}`);
    const page = decodeIndexPage(item);
    entries.push(...page.entries);
    next = page.to;
  }
  if (next !== head.tail) throw new Error(`I4: the pages reach to ${next}, and the tail is ${head.tail}`);
  for (const { appendId, base, entry } of head.entries) {
    if (base !== next)
      throw new Error(`I1: an entry stands at ${base}, and the one before it ends at ${next}`);
    const placed = { appendId, base, entry: decodeLogEntry(entry) };
    entries.push(placed);
    next = base + placed.entry.count;
  }
  if (next !== head.next) throw new Error(`I1: the entries end at ${next}, and next is ${head.next}`);
  return entries;
}

/** I4: what is referred to exists. */
function valuesOf({ objects }: StoreState, { base, entry }: PlacedEntry): readonly string[] {
  const object = objects.get(intakeObjectKey(entry.objectId));
  if (object === undefined) throw new Error(`I4: the object of the entry at ${base} does not exist`);
  return valuesInObject(object);
}

const opened = new WeakMap<Uint8Array, readonly string[]>();

/** The values of the records in an intake object. */
export function valuesInObject(object: Uint8Array): readonly string[] {
  const known = opened.get(object);
  if (known !== undefined) return known;
  const length = decodeIntakeFooter(object).reduce((sum, slice) => sum + slice.length, 0);
  const values = [...splitBatches(object.subarray(0, length))].flatMap(({ bytes }) => valuesInBatch(bytes));
  opened.set(object, values);
  return values;
}

export function valuesInBatch(batch: Uint8Array): string[] {
  const { records } = decodeRecordBatch(batch, { decompressedBytesMax: 1_000 });
  return records.map(({ value }) => Buffer.from(value ?? []).toString());
}

function findRepeat(values: readonly string[]): string | undefined {
  const repeated = values.find((value, offset) => values.indexOf(value) !== offset);
  return repeated && `I2: ${repeated} stands in the log twice: ${values.join(' ')}`;
}

/** I6: every producer's sequences follow one another. */
function findWrongSequence(entries: readonly PlacedEntry[]): string | undefined {
  const last = new Map<number, ProducerBatch>();
  for (const batch of entries.flatMap(({ entry }) => entry.producerBatches)) {
    const before = last.get(batch.producerId);
    if (before !== undefined && !follows(before, batch)) {
      return `I6: sequence ${batch.baseSequence} of producer ${batch.producerId} stands behind ${before.baseSequence}`;
    }
    last.set(batch.producerId, batch);
  }
  return undefined;
}

function follows(before: ProducerBatch, { producerEpoch, baseSequence }: ProducerBatch): boolean {
  if (producerEpoch === before.producerEpoch) return baseSequence === before.baseSequence + before.count;
  return producerEpoch > before.producerEpoch && baseSequence === 0;
}

/** I3: a fetch from any offset gives all that stands from there on. */
async function findWrongFetch(
  subject: typeof Subject,
  state: StoreState,
  values: readonly string[],
): Promise<string | undefined> {
  const ask = async (call: Parameters<typeof applyCall>[2]) => applyCall(subject, state, call).answer;
  const stores = askingStores(ask, subject);
  const runtime = new ModelRuntime(0);
  const logs = subject.openPartitionLogs({
    ...stores,
    brokerId: BROKER_ID,
    runtime,
    limits: { headsMax: 1 },
  });
  for (let offset = 0; offset <= values.length; offset += 1) {
    const read = await fetchValues(logs, asOffset(offset)).catch((error: unknown) => String(error));
    const expected = values.slice(offset).join(' ');
    if (read !== expected) return `I3: a fetch from ${offset} gives "${read}" instead of "${expected}"`;
  }
  return undefined;
}

async function fetchValues(
  logs: ReturnType<typeof Subject.openPartitionLogs>,
  offset: Offset,
): Promise<string> {
  const request = { partition: PARTITION, offset, maxBytes: 1_000_000, minBytes: 0, maxWaitMs: 0 };
  const { batches } = await logs.fetch(request);
  return batches.flatMap(valuesInBatchFrom(offset)).join(' ');
}

const valuesInBatchFrom =
  (offset: Offset) =>
  (batch: Uint8Array): string[] => {
    const { records } = decodeRecordBatch(batch, { decompressedBytesMax: 1_000 });
    return records
      .filter((record) => record.offset >= offset)
      .map(({ value }) => Buffer.from(value ?? []).toString());
  };
