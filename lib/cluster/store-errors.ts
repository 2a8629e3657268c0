import { KafkaError } from '../kafka/errors.ts';
import { NotDoneError, StoreError, UnknownOutcomeError } from '../storage/errors.ts';

/**
 * What a store's error is to a client, in one place: nothing was written, so it is KAFKA_STORAGE_ERROR; or
 * nobody knows, so it is REQUEST_TIMED_OUT, as for a Kafka producer whose broker did not answer. A refusal is
 * an outcome that its caller has to decide upon: one that comes as far as here is a bug and stays as it is.
 */
export function toKafkaError(error: StoreError): KafkaError | StoreError {
  if (error instanceof NotDoneError) {
    return new KafkaError('KAFKA_STORAGE_ERROR', `Nothing was written: ${error.message}`, { cause: error });
  }
  if (error instanceof UnknownOutcomeError) {
    return new KafkaError('REQUEST_TIMED_OUT', `It may or may not have been written: ${error.message}`, {
      cause: error,
    });
  }
  return error;
}

/** Does the work; what its store raises comes out as a KafkaError, anything else as it is. */
export async function withKafkaErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StoreError ? toKafkaError(error) : error;
  }
}
