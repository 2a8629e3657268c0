import type { InstanceError, InstanceProblem } from '../../group/instances/instance-error.ts';
import type { ErrorAnswer } from './api-error.ts';
import type { StatusAndCode } from './kafka-error-table.ts';

/** Confluent's codes for consumer instances. */
const codes: Readonly<Record<InstanceProblem, StatusAndCode>> = {
  NOT_FOUND: { status: 404, errorCode: 40403 },
  FORMAT_MISMATCH: { status: 406, errorCode: 40601 },
  NAME_TAKEN: { status: 409, errorCode: 40902 },
  ILLEGAL_STATE: { status: 409, errorCode: 40903 },
};

/** How what went wrong with a consumer instance is said. */
export function instanceAnswer({ problem, message }: InstanceError): ErrorAnswer {
  return { ...codes[problem], message: problem === 'ILLEGAL_STATE' ? `Illegal state: ${message}` : message };
}
