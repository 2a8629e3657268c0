import { KafkaError } from '../kafka/errors.ts';
import { validateTopicName } from '../kafka/topic-name.ts';
import type { BrokerConfig } from './broker-config.ts';
import { validateOverrides } from './topic-configs.ts';
import type { ConfigOverrides, NewTopic } from './types.ts';

/** Every partition is an item of its own, read and killed one by one. */
export const PARTITIONS_MAX = 10_000;

/** A request to make a topic, checked and with the defaults filled in. */
export interface PlannedTopic {
  readonly name: string;
  readonly partitionCount: number;
  readonly overrides: ConfigOverrides;
}

/**
 * What a request asks for, as far as it can be told without looking at the other topics.
 *
 * @throws KafkaError INVALID_TOPIC_EXCEPTION, INVALID_PARTITIONS, INVALID_REPLICATION_FACTOR, INVALID_CONFIG.
 */
export function planTopic(topic: NewTopic, config: BrokerConfig): PlannedTopic {
  validateTopicName(topic.name);
  const partitionCount = topic.partitionCount ?? config['num.partitions'];
  validatePartitionCount(partitionCount);
  validateReplicationFactor(topic.replicationFactor ?? config['default.replication.factor']);
  return { name: topic.name, partitionCount, overrides: validateOverrides(topic.configs ?? {}) };
}

/** @throws KafkaError INVALID_PARTITIONS. */
export function validatePartitionCount(partitionCount: number): void {
  if (!Number.isSafeInteger(partitionCount) || partitionCount < 1) {
    throw new KafkaError('INVALID_PARTITIONS', 'Number of partitions must be larger than 0.');
  }
  if (partitionCount > PARTITIONS_MAX) {
    throw new KafkaError(
      'INVALID_PARTITIONS',
      `Number of partitions must not be larger than ${PARTITIONS_MAX}, and ${partitionCount} were asked for.`,
    );
  }
}

/** There is one broker; the copies of a record are the store's business, and no broker's. */
const BROKERS = 1;

function validateReplicationFactor(replicationFactor: number): void {
  if (!Number.isSafeInteger(replicationFactor) || replicationFactor < 1) {
    throw new KafkaError('INVALID_REPLICATION_FACTOR', 'Replication factor must be larger than 0.');
  }
  if (replicationFactor > BROKERS) {
    throw new KafkaError(
      'INVALID_REPLICATION_FACTOR',
      `Replication factor: ${replicationFactor} larger than available brokers: ${BROKERS}.`,
    );
  }
}
