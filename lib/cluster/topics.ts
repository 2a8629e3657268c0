import { LRUCache } from 'lru-cache';
import { KafkaError, type KafkaErrorName } from '../kafka/errors.ts';
import { collides, isTopicName } from '../kafka/topic-name.ts';
import type { MetadataStore } from '../storage/metadata-store.ts';
import type { BrokerConfig } from './broker-config.ts';
import { planTopic, validatePartitionCount } from './new-topic.ts';
import { withKafkaErrors } from './store-errors.ts';
import { validateOverrides } from './topic-configs.ts';
import { asTopic, type StoredTopic } from './topic-item.ts';
import {
  alreadyExists,
  alterTopic,
  createTopic,
  deleteTopic,
  finishDeletions,
  growTopic,
  readTopic,
  readTopics,
} from './topic-lifecycle.ts';
import type { NewTopic, Topic, TopicRegistry } from './types.ts';

/** A topic that is stale for this long does no harm: the heads of a deleted one are killed. */
const CACHE_TTL_MS = 1_000;
const CACHED_TOPICS_MAX = 10_000;

export interface TopicsOptions {
  readonly store: MetadataStore;
  readonly config: BrokerConfig;
  /** Leads the partitions of the topics that are made here. */
  readonly brokerId: number;
  /** A monotonic clock, in milliseconds. */
  readonly monotonicMs: () => number;
  readonly newTopicId: () => string;
}

/** The topics in a metadata store, each cached for a moment. */
export class StoredTopics implements TopicRegistry {
  readonly #options: TopicsOptions;
  readonly #cache: LRUCache<string, Topic>;
  /** Automatic creations in flight, so that a burst of requests for a new topic makes it once. */
  readonly #creations = new Map<string, Promise<Topic>>();

  constructor(options: TopicsOptions) {
    this.#options = options;
    this.#cache = new LRUCache({
      max: CACHED_TOPICS_MAX,
      ttl: CACHE_TTL_MS,
      ttlResolution: 0,
      perf: { now: options.monotonicMs },
    });
  }

  create(topic: NewTopic): Promise<Topic> {
    return withKafkaErrors(async () => {
      const { store, brokerId, newTopicId } = this.#options;
      const planned = await this.#plan(topic);
      return this.#remember(await createTopic(store, planned, newTopicId(), brokerId));
    });
  }

  validate(topic: NewTopic): Promise<void> {
    return withKafkaErrors(async () => {
      await this.#plan(topic);
    });
  }

  async #plan(topic: NewTopic) {
    const { store, config } = this.#options;
    const planned = planTopic(topic, config);
    if ((await readTopic(store, planned.name)) !== undefined) throw alreadyExists(planned.name);
    await refuseCollision(store, planned.name);
    return planned;
  }

  async get(name: string): Promise<Topic> {
    const cached = this.#cache.get(name);
    if (cached !== undefined) return cached;
    const found = isTopicName(name)
      ? await withKafkaErrors(() => readTopic(this.#options.store, name))
      : undefined;
    if (found === undefined) throw unknownTopic(name);
    return this.#remember(found);
  }

  async getOrCreate(name: string): Promise<Topic> {
    try {
      return await this.get(name);
    } catch (error) {
      if (!isKafkaError(error, 'UNKNOWN_TOPIC_OR_PARTITION')) throw error;
      if (!this.#options.config['auto.create.topics.enable']) throw error;
    }
    const inFlight = this.#creations.get(name);
    if (inFlight !== undefined) return inFlight;
    const creation = this.#createOrGet(name).finally(() => this.#creations.delete(name));
    this.#creations.set(name, creation);
    return creation;
  }

  async #createOrGet(name: string): Promise<Topic> {
    try {
      return await this.create({ name });
    } catch (error) {
      // Another process made it meanwhile.
      if (isKafkaError(error, 'TOPIC_ALREADY_EXISTS')) return this.get(name);
      throw error;
    }
  }

  list(): Promise<Topic[]> {
    return withKafkaErrors(async () => {
      const topics = await Array.fromAsync(readTopics(this.#options.store));
      return topics.map(asTopic);
    });
  }

  async delete(name: string): Promise<void> {
    const existed =
      isTopicName(name) && (await withKafkaErrors(() => deleteTopic(this.#options.store, name)));
    this.invalidate(name);
    if (!existed) throw unknownTopic(name);
  }

  async addPartitions(name: string, partitionCount: number): Promise<Topic> {
    validatePartitionCount(partitionCount);
    const { store, brokerId } = this.#options;
    const grown = isTopicName(name)
      ? await withKafkaErrors(() =>
          growTopic(store, name, partitionCount, brokerId, (topic) => refuseShrinking(topic, partitionCount)),
        )
      : undefined;
    if (grown === undefined) throw unknownTopic(name);
    return this.#remember(grown);
  }

  async alterConfigs(name: string, configs: Readonly<Record<string, string>>): Promise<Topic> {
    const overrides = validateOverrides(configs);
    const altered = isTopicName(name)
      ? await withKafkaErrors(() => alterTopic(this.#options.store, name, overrides))
      : undefined;
    if (altered === undefined) throw unknownTopic(name);
    return this.#remember(altered);
  }

  invalidate(name: string): void {
    this.#cache.delete(name);
  }

  /** Goes on with deletions that a crash interrupted; to be called once, when the broker starts. */
  finishDeletions(): Promise<void> {
    return withKafkaErrors(() => finishDeletions(this.#options.store));
  }

  #remember(stored: StoredTopic): Topic {
    const topic = asTopic(stored);
    this.#cache.set(topic.name, topic);
    return topic;
  }
}

const isKafkaError = (error: unknown, name: KafkaErrorName): boolean =>
  error instanceof KafkaError && error.error === name;

function unknownTopic(name: string): KafkaError {
  return new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `Topic '${name}' does not exist.`);
}

function refuseShrinking({ name, partitionCount }: StoredTopic, wanted: number): void {
  if (wanted > partitionCount) return;
  throw new KafkaError(
    'INVALID_PARTITIONS',
    `The topic ${name} currently has ${partitionCount} partition(s); ${wanted} would not be an increase.`,
  );
}

/** Sorts behind everything that a topic's name can hold. */
const BEHIND_ALL_NAMES = '\u{10ffff}';

/**
 * Names that differ in `.` and `_` only are one metric to Kafka's tools. Two that are made at the very same
 * time both come to be: nothing here depends on it.
 *
 * @throws KafkaError INVALID_TOPIC_EXCEPTION.
 */
async function refuseCollision(store: MetadataStore, name: string): Promise<void> {
  const first = name.search(/[._]/);
  if (first < 0) return;
  const common = name.slice(0, first);
  const range = { from: `${common}.`, to: `${common}_${BEHIND_ALL_NAMES}` };
  for await (const topic of readTopics(store, range)) {
    if (collides(topic.name, name)) {
      throw new KafkaError(
        'INVALID_TOPIC_EXCEPTION',
        `Topic '${name}' collides with existing topic: ${topic.name}. Names must differ in more than '.' and '_'.`,
      );
    }
  }
}
