import { queryAll } from '../../cluster/query-all.ts';
import { skipProducerIds } from '../../cluster/skip-producer-ids.ts';
import { decodeTopic } from '../../cluster/topic-item.ts';
import { asEpoch, type Epoch } from '../../kafka/types.ts';
import { isWorthRepeating, NotDoneError } from '../../storage/errors.ts';
import { forEachBounded } from '../../storage/for-each-bounded.ts';
import type { Head, PartitionKey } from '../../storage/head.ts';
import { TOPICS_PK } from '../../storage/keys.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { backOff, retryRepeatable } from '../retry.ts';
import type { Runtime } from '../runtime.ts';

export interface FenceRestoredOptions {
  readonly metadata: MetadataStore;
  readonly runtime: Runtime;
  /**
   * By how much each leader epoch is raised: more than it was since the time that the store was set back to. Somebody
   * may know those epochs, and one that the restored head reaches again would let them in.
   */
  readonly epochs: number;
  /** Producer ids that are passed over: more than were handed out since. */
  readonly producerIds: number;
}

export interface FencedStore {
  readonly topics: number;
  readonly partitions: number;
  /** The next producer id. */
  readonly nextProducerId: number;
}

const IN_FLIGHT_MAX = 16;
/** Calls for one partition that raise nothing. */
const VAIN_MAX = 20;

/**
 * Makes a metadata store that was set back in time safe to write to. What the store forgot, others may remember: a
 * process that knows a later head, or a call that was sent before and is still on its way. So every leader epoch is
 * raised above those that anybody can know (I2), and no producer id is handed out again (I6). To do it twice does no
 * harm. Batches appended from now on carry the higher epoch, by which a consumer can tell that the log was cut (KIP-320).
 *
 * @throws NotDoneError, UnknownOutcomeError, FormatVersionError: then it is to be done again.
 */
export async function fenceRestored(options: FenceRestoredOptions): Promise<FencedStore> {
  const { metadata, producerIds } = options;
  const nextProducerId = await skipProducerIds(metadata, producerIds);
  let [topics, partitions] = [0, 0];
  for await (const item of queryAll(metadata, { pk: TOPICS_PK })) {
    const { id: topicId, headCount } = decodeTopic(item);
    const keys = Array.from({ length: headCount }, (_, partition) => ({ topicId, partition }));
    await forEachBounded(keys, IN_FLIGHT_MAX, (partition) => raise(options, partition));
    topics += 1;
    partitions += headCount;
  }
  return { topics, partitions, nextProducerId };
}

/** Raises one partition's epoch; whoever leads it goes on leading it. */
async function raise(options: FenceRestoredOptions, partition: PartitionKey): Promise<void> {
  const { metadata, runtime, epochs } = options;
  const read = () => retryRepeatable(runtime, () => metadata.getHead(partition));
  let head = await read();
  if (head === undefined) return;
  const target = asEpoch(head.epoch + epochs);
  for (let vain = 0; isBelow(head, target); ) {
    const raised: Head | undefined = await lead(metadata, partition, head);
    if (raised === undefined) vain += 1;
    if (vain > VAIN_MAX) throw contended(partition);
    if (raised === undefined) await backOff(runtime, Math.min(vain, 5));
    head = raised ?? (await read());
  }
}

const isBelow = (head: Head | undefined, target: Epoch): head is Head =>
  head !== undefined && !head.deleted && head.epoch < target;

/** The head with a higher epoch, whoever raised it; `undefined` when nobody knows. */
async function lead(
  metadata: MetadataStore,
  partition: PartitionKey,
  { leader, epoch }: Head,
): Promise<Head | undefined> {
  try {
    return (await metadata.lead({ partition, to: leader, seen: epoch })).head;
  } catch (error) {
    if (isWorthRepeating(error)) return undefined;
    throw error;
  }
}

const contended = ({ topicId, partition }: PartitionKey): NotDoneError =>
  new NotDoneError(
    `the epoch of partition ${partition} of topic ${topicId} could not be raised: do it again when the store answers`,
    { retriable: true },
  );
