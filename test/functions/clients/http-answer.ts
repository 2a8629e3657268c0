import { answerOf } from '../../../lib/api/errors/kafka-error-table.ts';
import { KafkaError, type KafkaErrorName, kafkaErrors } from '../../../lib/kafka/errors.ts';

/** Nobody answered, or somebody who does not know what became of the request: a gateway. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

interface ErrorBody {
  readonly error_code?: number;
  readonly message?: string;
}

const names = Object.keys(kafkaErrors) as KafkaErrorName[];

/** The Kafka errors that are answered with this code: more than one for the general codes. */
const namesOf = (code: number): KafkaErrorName[] => names.filter((name) => answerOf(name).errorCode === code);

/** `NAME: message`, as v2 writes what became of a record. */
export function errorOfEntry(text: string): KafkaError {
  const [name = '', ...rest] = text.split(': ');
  if (!(name in kafkaErrors)) throw new Error(`no Kafka error: ${text}`);
  return new KafkaError(name as KafkaErrorName, rest.join(': '));
}

/**
 * The error that an answer without a result stands for: a Kafka error where its code is one's alone, what
 * {@link NoAnswerError} says, or else something that no client should see.
 */
export function errorOfAnswer(status: number, text: string): Error {
  const body = parsed(text);
  if (body?.error_code === undefined) {
    const answered = `${status} ${text.slice(0, 500)}`;
    return status >= 500 ? new NoAnswerError(answered) : new Error(`an answer of nobody: ${answered}`);
  }
  const { error_code: code, message = '' } = body;
  const [name, ...others] = namesOf(code);
  if (name === undefined || others.length > 0) return new Error(`${status} ${code}: ${message}`);
  return new KafkaError(name, message);
}

function parsed(text: string): ErrorBody | undefined {
  try {
    return JSON.parse(text) as ErrorBody;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
