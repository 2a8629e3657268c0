import { kafkaErrors } from './error-table.ts';

export { kafkaErrors };

export type KafkaErrorName = keyof typeof kafkaErrors;

/** An expected outcome that the client must hear of, by the name and code that Kafka gives it. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError';
  readonly error: KafkaErrorName;
  readonly code: number;
  readonly retriable: boolean;

  /** `message` says what to change; without one it is Kafka's own. */
  constructor(error: KafkaErrorName, message?: string, options?: ErrorOptions) {
    const entry = kafkaErrors[error];
    super(message ?? entry.message, options);
    this.error = error;
    this.code = entry.code;
    this.retriable = entry.retriable;
  }
}

const nameOfCode = new Map<number, KafkaErrorName>(
  Object.entries(kafkaErrors).map(([name, { code }]) => [code, name as KafkaErrorName]),
);

/** The name of an error code; an unknown one is UNKNOWN_SERVER_ERROR, as it is to Kafka's clients. */
export function kafkaErrorName(code: number): KafkaErrorName {
  return nameOfCode.get(code) ?? 'UNKNOWN_SERVER_ERROR';
}
