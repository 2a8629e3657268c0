import { withKafkaErrors } from '../../cluster/store-errors.ts';
import { readBatchHeader } from '../../kafka/batch-header.ts';
import { KafkaError } from '../../kafka/errors.ts';
import type { Offset } from '../../kafka/types.ts';
import type { Head, PartitionKey } from '../../storage/head.ts';
import { requestKey } from '../../storage/keys.ts';
import { settleAll } from '../../storage/settle-all.ts';
import { tooMuchWaits } from '../append/group-commit.ts';
import { newAppendId } from '../append-id.ts';
import type { BatchOutcome, Place, RepeatableAppend, RepeatableOutcome, RequestName } from '../types.ts';
import { type AppendPartitionDeps, appendPartition } from './append-partition.ts';
import { begin, find, finish } from './kept-requests.ts';
import type { RequestRecord } from './request-record.ts';

export interface RepeatableAppendsDeps extends AppendPartitionDeps {
  readonly hasRoomFor: (bytes: number) => boolean;
  readonly append: (partition: PartitionKey, batches: readonly Uint8Array[]) => Promise<BatchOutcome[]>;
}

type Batches = ReadonlyMap<number, readonly Uint8Array[]>;

/** Appends that their callers may repeat: each is begun under its key, appended once, and its offsets are kept there. */
export class RepeatableAppends {
  readonly #deps: RepeatableAppendsDeps;
  readonly #running = new Map<string, Promise<RepeatableOutcome>>();
  /** Of what is running, whether it waits for a flush or for the stores. */
  #bytes = 0;

  constructor(deps: RepeatableAppendsDeps) {
    this.#deps = deps;
  }

  /** See {@link PartitionLogs.appendOnce}. A repeat that comes while the first is at it here shares its outcome. */
  append(request: RepeatableAppend): Promise<RepeatableOutcome> {
    const { pk } = requestKey(request.name.principal, request.name.idempotencyKey);
    const id = JSON.stringify([pk, request.hash]); // whether another request may have the key is for the store to decide
    const running = this.#running.get(id);
    if (running !== undefined) return running;
    const outcome = withKafkaErrors(() => this.#append(request));
    this.#running.set(id, outcome);
    const over = () => {
      this.#running.delete(id);
    };
    outcome.then(over, over);
    return outcome;
  }

  /** See {@link PartitionLogs.earlierOutcome}. */
  async earlier(name: RequestName, hash: string): Promise<RepeatableOutcome | undefined> {
    const record = await withKafkaErrors(() => find(this.#deps, name));
    if (record === undefined) return undefined;
    if (record.hash !== hash) return { kind: 'otherRequest' };
    return record.offsets && placed(record, record.offsets);
  }

  /** Resolves when what is running has ended. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  async #append(request: RepeatableAppend): Promise<RepeatableOutcome> {
    const own = request.batches(request.plan);
    const isSequenced = areSequenced(own);
    const bytes = [...own.values()].flat().reduce((sum, batch) => sum + batch.length, 0);
    if (!this.#deps.hasRoomFor(this.#bytes + bytes)) throw tooMuchWaits();
    this.#bytes += bytes;
    try {
      return await this.#appendAdmitted(request, own, isSequenced);
    } finally {
      this.#bytes -= bytes;
    }
  }

  async #appendAdmitted(
    request: RepeatableAppend,
    own: Batches,
    isSequenced: boolean,
  ): Promise<RepeatableOutcome> {
    const heads = isSequenced ? [] : await this.#heads(request.topicId, [...own.keys()]);
    const { kind, record } = await begin(this.#deps, request.name, this.#record(request, heads));
    if (kind === 'otherRequest') return { kind };
    if (record.offsets !== undefined) return placed(record, record.offsets);

    const batches = kind === 'begun' ? own : request.batches(record.plan);
    const places = isSequenced
      ? await this.#appendSequenced(record, batches)
      : await this.#appendPartitions(record, batches, kind === 'begun' ? heads : []);
    const offsets = places.flatMap((place) => (place.error === undefined ? [place.offset] : []));
    if (offsets.length === places.length) await finish(this.#deps, request.name, record, offsets);
    return { kind: 'placed', plan: record.plan, places };
  }

  async #heads(topicId: string, partitions: readonly number[]): Promise<PlannedHead[]> {
    const keys = partitions.map((partition) => ({ topicId, partition }));
    await this.#deps.heads.getMany(keys); // those never seen are read at once
    return settleAll(
      keys.map(async (partition) => ({ partition, head: await this.#deps.headToAppendTo(partition) })),
    );
  }

  #record({ hash, keepMs, topicId, plan }: RepeatableAppend, heads: readonly PlannedHead[]): RequestRecord {
    const { runtime } = this.#deps;
    const partitions = heads.map(({ partition: { partition }, head: { epoch, next } }) => {
      return { partition, appendId: newAppendId(runtime), epoch, nextBefore: next };
    });
    const expiresAtMs = runtime.nowMs() + keepMs;
    return { id: newAppendId(runtime), hash, expiresAtMs, topicId, plan, partitions, offsets: undefined };
  }

  /** `heads` are those of the first attempt, in the order of the record's partitions; without them it is taken over. */
  #appendPartitions(
    { topicId, partitions }: RequestRecord,
    batches: Batches,
    heads: readonly PlannedHead[],
  ): Promise<Place[]> {
    return settleAll(
      partitions.map(async ({ partition, appendId, nextBefore }, index) => {
        const its = batches.get(partition);
        if (its === undefined) throw new Error(`a repeat without batches for partition ${partition}`);
        const sought = { partition: { topicId, partition }, appendId, nextBefore };
        return placeOf(() => appendPartition(this.#deps, sought, its, heads[index]?.head));
      }),
    );
  }

  /** A repeat of these is known by its sequences (I6), however it comes. */
  async #appendSequenced({ topicId }: RequestRecord, batches: Batches): Promise<Place[]> {
    const outcomes = await settleAll(
      [...batches].map(([partition, its]) => this.#deps.append({ topicId, partition }, its)),
    );
    return outcomes.flat().map((outcome) => {
      return outcome.kind === 'failed' ? { error: outcome.error } : { offset: outcome.baseOffset };
    });
  }
}

interface PlannedHead {
  readonly partition: PartitionKey;
  readonly head: Head;
}

/** What is expected to go wrong with a partition does not keep the others from being appended. */
async function placeOf(append: () => Promise<Offset>): Promise<Place> {
  try {
    return { offset: await withKafkaErrors(append) };
  } catch (error) {
    if (error instanceof KafkaError) return { error };
    throw error;
  }
}

function placed({ plan }: RequestRecord, offsets: readonly (Offset | undefined)[]): RepeatableOutcome {
  return { kind: 'placed', plan, places: offsets.map((offset) => ({ offset })) };
}

/** @throws KafkaError INVALID_REQUEST when only some are: two ways of knowing a repeat would get into each other's way. */
function areSequenced(batches: Batches): boolean {
  const all = [...batches.values()].flat();
  const sequenced = all.filter((batch) => readBatchHeader(batch).producerId >= 0);
  if (sequenced.length === 0 || sequenced.length === all.length) return sequenced.length > 0;
  const message =
    'Some record batches have a producer id and some have none: under an Idempotency-Key, send them apart.';
  throw new KafkaError('INVALID_REQUEST', message);
}
