import { answerOf } from '../../api/errors/kafka-error-table.ts';
import type { KafkaErrorName } from '../../kafka/errors.ts';
import { AnsweredError } from '../answered-error.ts';

const codesOf = (names: readonly KafkaErrorName[]): ReadonlySet<number> =>
  new Set(names.map((name) => answerOf(name).errorCode));

const membershipLost = codesOf(['UNKNOWN_MEMBER_ID', 'FENCED_MEMBER_EPOCH', 'GROUP_ID_NOT_FOUND']);
const stale = codesOf(['STALE_MEMBER_EPOCH']);
/** The first two are REST v2's own. */
const gone = new Set([40401, 40402, ...codesOf(['UNKNOWN_TOPIC_OR_PARTITION'])]);
const instanceTaken = codesOf(['UNRELEASED_INSTANCE_ID']);
const instanceFenced = codesOf(['FENCED_INSTANCE_ID']);
const outOfRange = codesOf(['OFFSET_OUT_OF_RANGE']);

const isOneOf = (error: unknown, codes: ReadonlySet<number>): error is AnsweredError =>
  error instanceof AnsweredError && codes.has(error.errorCode);

/** The group goes on without this member: it owns nothing any more, and has to join again. */
export const isMembershipLost = (error: unknown): error is AnsweredError => isOneOf(error, membershipLost);

/** There is no such topic or partition, whoever asks. */
export const isPartitionGone = (error: unknown): error is AnsweredError => isOneOf(error, gone);

/** Some partition of the request is not this member's any more, or not there. */
export const isPartitionLost = (error: unknown): error is AnsweredError =>
  isOneOf(error, stale) || isPartitionGone(error);

/** Another member bears the instance id, and may be alive. */
export const isInstanceTaken = (error: unknown): error is AnsweredError => isOneOf(error, instanceTaken);

/** Another member has taken the place that this one had under its instance id. */
export const isInstanceFenced = (error: unknown): error is AnsweredError => isOneOf(error, instanceFenced);

export const isOutOfRange = (error: unknown): error is AnsweredError => isOneOf(error, outOfRange);
