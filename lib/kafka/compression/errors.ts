import { KafkaError } from '../errors.ts';

export const tooLarge = (bytesMax: number): KafkaError =>
  new KafkaError('MESSAGE_TOO_LARGE', `the records of a batch decompress to more than ${bytesMax} bytes`);

export const damaged = (codec: string, what: string, cause?: unknown): KafkaError =>
  new KafkaError('CORRUPT_MESSAGE', `the batch's ${codec} stream is damaged: ${what}`, { cause });
