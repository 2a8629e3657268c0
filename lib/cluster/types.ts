/** Config overrides of a topic as they were given, validated: name to text, as in Kafka. */
export type ConfigOverrides = Readonly<Record<string, string>>;

export interface Topic {
  readonly name: string;
  /** Made up at creation: a topic deleted and made again is another topic. */
  readonly id: string;
  readonly partitionCount: number;
  readonly overrides: ConfigOverrides;
}

export interface NewTopic {
  readonly name: string;
  /** `num.partitions` when absent. */
  readonly partitionCount?: number;
  /** `default.replication.factor` when absent. */
  readonly replicationFactor?: number;
  readonly configs?: Readonly<Record<string, string>>;
}

/** The topics of the cluster. Expected failures are KafkaErrors. */
export interface TopicRegistry {
  /** @throws KafkaError TOPIC_ALREADY_EXISTS, INVALID_TOPIC_EXCEPTION, INVALID_PARTITIONS, INVALID_REPLICATION_FACTOR, INVALID_CONFIG. */
  create(topic: NewTopic): Promise<Topic>;
  /** Checks what `create` would check, and makes nothing. */
  validate(topic: NewTopic): Promise<void>;
  /** @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION. */
  get(name: string): Promise<Topic>;
  /** Like `get`, but makes the topic with the defaults when `auto.create.topics.enable` says so. */
  getOrCreate(name: string): Promise<Topic>;
  /** All topics in the order of their names. */
  list(): Promise<Topic[]>;
  /** Returns when nothing can be appended to it any more. @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION. */
  delete(name: string): Promise<void>;
  /** Raises the number of partitions to `partitionCount`. @throws KafkaError INVALID_PARTITIONS. */
  addPartitions(name: string, partitionCount: number): Promise<Topic>;
  /**
   * Replaces the topic's configs: what is not among them has the broker's value again.
   *
   * @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION, INVALID_CONFIG.
   */
  alterConfigs(name: string, configs: Readonly<Record<string, string>>): Promise<Topic>;
  /** Forgets what is cached of a topic, after a head said that it is gone. */
  invalidate(name: string): void;
}

/** Hands out producer ids, each once in the life of the cluster (KIP-98 InitProducerId). */
export interface ProducerIds {
  next(): Promise<number>;
}
