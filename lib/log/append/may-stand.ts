import { KafkaError } from '../../kafka/errors.ts';

/** What a producer hears of records of which nobody can tell whether they were written, or still will be. */
export function mayStand(why: string, cause?: unknown): KafkaError {
  const message = `The records may or may not stand in the log: ${why}`;
  return new KafkaError('REQUEST_TIMED_OUT', message, { cause });
}
