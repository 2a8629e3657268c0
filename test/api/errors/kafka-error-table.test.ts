import { expect, test } from 'vitest';
import { answerOf, ownErrors } from '../../../lib/api/errors/kafka-error-table.ts';
import { type KafkaErrorName, kafkaErrors } from '../../../lib/kafka/errors.ts';

const names = Object.keys(kafkaErrors) as KafkaErrorName[];

test('every Kafka error has a status, and a code that begins with it', () => {
  for (const name of names) {
    const { status, errorCode } = answerOf(name);
    expect(status, name).toBeGreaterThanOrEqual(400);
    expect(Math.floor(errorCode / 100), name).toBe(status);
  }
});

test("what has no line of its own is Confluent's 50003 when it can be retried, and 50002 when not", () => {
  for (const name of names.filter((each) => !ownErrors.includes(each))) {
    expect(answerOf(name).errorCode, name).toBe(kafkaErrors[name].retriable ? 50003 : 50002);
  }
});
