import { InstanceError } from '../../group/instances/instance-error.ts';
import { KafkaError } from '../../kafka/errors.ts';
import { ApiError, type ErrorAnswer, kafkaAnswer } from './api-error.ts';
import { instanceAnswer } from './instance-errors.ts';

/** A mistake of ours: what it says is for the log, not for the client. */
const INTERNAL: ErrorAnswer = { status: 500, errorCode: 500, message: 'Internal Server Error' };

/** The answer to whatever a handler threw. `onBug` hears of what nobody expected. */
export function answerTo(error: unknown, onBug: (error: unknown) => void): ErrorAnswer {
  if (error instanceof ApiError) return error;
  if (error instanceof KafkaError) return kafkaAnswer(error);
  if (error instanceof InstanceError) return instanceAnswer(error);
  onBug(error);
  return INTERNAL;
}

export function errorResponse(answer: ErrorAnswer, contentType: string): Response {
  return new Response(JSON.stringify({ error_code: answer.errorCode, message: answer.message }), {
    status: answer.status,
    headers: { ...answer.headers, 'Content-Type': contentType },
  });
}
