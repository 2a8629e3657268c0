import { expect, test } from 'vitest';
import { KafkaError, kafkaErrorName, kafkaErrors } from '../../lib/kafka/errors.ts';

test('every code from -1 to 133 stands in the table, once', () => {
  const codes = Object.values(kafkaErrors).map(({ code }) => code);
  expect(codes).toEqual(Array.from({ length: 135 }, (_, index) => index - 1));
});

test.each([
  ['OFFSET_OUT_OF_RANGE', 1, false],
  ['CORRUPT_MESSAGE', 2, true],
  ['UNKNOWN_TOPIC_OR_PARTITION', 3, true],
  ['NOT_LEADER_OR_FOLLOWER', 6, true],
  ['REQUEST_TIMED_OUT', 7, true],
  ['MESSAGE_TOO_LARGE', 10, false],
  ['INVALID_TOPIC_EXCEPTION', 17, false],
  ['REBALANCE_IN_PROGRESS', 27, false],
  ['TOPIC_ALREADY_EXISTS', 36, false],
  ['OUT_OF_ORDER_SEQUENCE_NUMBER', 45, false],
  ['DUPLICATE_SEQUENCE_NUMBER', 46, false],
  ['INVALID_PRODUCER_EPOCH', 47, false],
  ['KAFKA_STORAGE_ERROR', 56, true],
  ['FENCED_LEADER_EPOCH', 74, true],
  ['INVALID_RECORD', 87, false],
  ['UNKNOWN_TOPIC_ID', 100, true],
] as const)('%s has code %i; retriable: %s', (name, code, retriable) => {
  expect(new KafkaError(name)).toMatchObject({ error: name, code, retriable });
  expect(kafkaErrorName(code)).toBe(name);
});

test('an error says what it is told to say, and otherwise what Kafka says', () => {
  expect(new KafkaError('INVALID_PARTITIONS').message).toBe('Number of partitions is below 1.');
  expect(new KafkaError('INVALID_PARTITIONS', 'ask for 1 or more').message).toBe('ask for 1 or more');
});

test('a code of a later Kafka is an unknown server error', () => {
  expect(kafkaErrorName(9999)).toBe('UNKNOWN_SERVER_ERROR');
});
