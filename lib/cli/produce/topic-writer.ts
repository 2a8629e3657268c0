import { encodeRecordBatch } from '../../kafka/encode-record-batch.ts';
import { partitionForKey } from '../../kafka/murmur2.ts';
import { StickyPartitioner } from '../../kafka/sticky-partitioner.ts';
import { AnsweredError } from '../answered-error.ts';
import { CliError } from '../cli-error.ts';
import { type Client, segment } from '../client.ts';
import { type RetryClock, withRetries } from '../retries.ts';
import { PartitionQueue, type QueuedRecord } from './partition-queue.ts';

/** As `POST /producers` gives it (KIP-98 InitProducerId). */
export interface Producer {
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface TopicWriterOptions {
  readonly client: Client;
  readonly topic: string;
  readonly partitionCount: number;
  readonly producer: Producer;
  /** Everything goes there; by key, as Kafka's clients choose it, when absent. */
  readonly partition?: number | undefined;
  readonly clock: RetryClock;
  /** Hears of each attempt that failed and will be repeated. */
  readonly onRetry: (error: Error) => void;
}

const RECORD_BATCH = 'application/vnd.kafka.recordbatch';
const MESSAGE_TOO_LARGE_CODE = 41301;
const TOO_LARGE_STATUS = 413;
/** Over all partitions. In a partition it is one, so that nothing can overtake: the order is the input's. */
const IN_FLIGHT_MAX = 4;
/** So many bytes of records without a key go to one partition before the next one has its turn. */
const STICKY_BYTES = 64 * 1024;
const BUFFERED_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Sends records to a topic as an idempotent producer: while a partition's batch is in the air its next one
 * fills, so there is never a wait for records that may not come.
 */
export class TopicWriter {
  readonly #options: TopicWriterOptions;
  readonly #queues: readonly PartitionQueue[];
  readonly #sticky: StickyPartitioner;
  /** Partitions with records and nothing in the air, the longest waiting first. */
  readonly #ready: PartitionQueue[] = [];
  #inFlight = 0;
  #bufferedBytes = 0;
  #stickyQueue: PartitionQueue | undefined;
  #stickyBytesLeft = 0;
  #failure: unknown;
  #onChange: () => void = () => undefined;

  constructor(options: TopicWriterOptions) {
    const { partitionCount, clock } = options;
    this.#options = options;
    this.#queues = Array.from({ length: partitionCount }, (_, partition) => new PartitionQueue(partition));
    this.#sticky = new StickyPartitioner({ random: clock.random });
  }

  /** Records that the broker has acknowledged, by partition. */
  get acknowledged(): readonly number[] {
    return this.#queues.map((queue) => queue.acknowledged);
  }

  /** Takes a record over. @returns false when the caller should wait for {@link room} before the next one. */
  add(record: QueuedRecord): boolean {
    const queue = this.#queueFor(record);
    const bytes = queue.add(record);
    this.#bufferedBytes += bytes;
    this.#stickyBytesLeft -= bytes;
    if (queue.length === 1 && !queue.isSending) this.#ready.push(queue);
    this.#pump();
    return this.#bufferedBytes < BUFFERED_BYTES_MAX && this.#failure === undefined;
  }

  /** @throws what sending a batch threw. */
  async room(): Promise<void> {
    await this.#until(() => this.#bufferedBytes < BUFFERED_BYTES_MAX / 2);
  }

  /** Resolves when everything has been acknowledged. @throws what sending a batch threw. */
  async flush(): Promise<void> {
    await this.#until(() => this.#bufferedBytes === 0);
  }

  async #until(isReached: () => boolean): Promise<void> {
    while (!isReached() && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #queueFor({ key }: QueuedRecord): PartitionQueue {
    const { partition, partitionCount } = this.#options;
    if (partition !== undefined) return this.#queue(partition);
    if (key !== null) return this.#queue(partitionForKey(key, partitionCount));
    // KIP-480: records without a key stay together until their batch leaves or is full.
    if (this.#stickyQueue === undefined || this.#stickyQueue.length === 0 || this.#stickyBytesLeft <= 0) {
      this.#stickyQueue = this.#queue(this.#sticky.partitionForBatch(this.#options.topic, partitionCount));
      this.#stickyBytesLeft = STICKY_BYTES;
    }
    return this.#stickyQueue;
  }

  #queue(partition: number): PartitionQueue {
    const queue = this.#queues[partition];
    if (queue === undefined) throw new Error(`assertion failed: there is no partition ${partition}`);
    return queue;
  }

  #pump(): void {
    while (this.#inFlight < IN_FLIGHT_MAX && this.#failure === undefined) {
      const queue = this.#ready.shift();
      if (queue === undefined) return;
      void this.#sendNext(queue);
    }
  }

  async #sendNext(queue: PartitionQueue): Promise<void> {
    const batch = queue.take();
    this.#inFlight++;
    queue.isSending = true;
    try {
      await this.#send(queue, batch.records);
    } catch (error) {
      this.#failure ??= error;
    }
    queue.isSending = false;
    this.#inFlight--;
    this.#bufferedBytes -= batch.bytes;
    if (queue.length > 0) this.#ready.push(queue);
    this.#pump();
    this.#onChange();
  }

  /** A batch that is too large for the topic goes in halves; the broker has taken nothing of it. */
  async #send(queue: PartitionQueue, records: readonly QueuedRecord[]): Promise<void> {
    try {
      await this.#sendBatch(queue, records);
    } catch (error) {
      if (!(error instanceof AnsweredError) || error.status !== TOO_LARGE_STATUS) throw error;
      if (records.length === 1) throw new CliError(`line ${records[0]?.line}: ${error.message}`);
      if (error.errorCode !== MESSAGE_TOO_LARGE_CODE) throw error;
      const middle = Math.ceil(records.length / 2);
      await this.#send(queue, records.slice(0, middle));
      await this.#send(queue, records.slice(middle));
    }
  }

  async #sendBatch(queue: PartitionQueue, records: readonly QueuedRecord[]): Promise<void> {
    const { client, topic, producer, clock, onRetry } = this.#options;
    const body = encodeRecordBatch(records, { ...producer, baseSequence: queue.nextSequence });
    const path = `/topics/${segment(topic)}/partitions/${queue.partition}`;
    // A batch that was stored before, and whose answer was lost, is known by its sequence and stored once.
    await withRetries(() => client.json(path, { method: 'POST', body, contentType: RECORD_BATCH }), {
      clock,
      onRetry,
    });
    queue.acknowledge(records.length);
  }
}
