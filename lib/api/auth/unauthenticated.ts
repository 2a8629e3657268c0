import { ApiError } from '../errors/api-error.ts';
import { answerOf } from '../errors/kafka-error-table.ts';

/** RFC 9110 §11.5: what the credentials are for. */
export const REALM = 'rivulet';

/**
 * The request does not prove who sends it.
 *
 * @param challenge How it can: `WWW-Authenticate` of RFC 9110 §11.6.1, which every 401 has.
 */
export function unauthenticated(message: string, challenge: string): ApiError {
  const { status, errorCode } = answerOf('SASL_AUTHENTICATION_FAILED');
  return new ApiError(status, errorCode, message, { 'WWW-Authenticate': challenge });
}
