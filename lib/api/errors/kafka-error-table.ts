import { type KafkaErrorName, kafkaErrors } from '../../kafka/errors.ts';

export interface StatusAndCode {
  readonly status: number;
  readonly errorCode: number;
}

/** Confluent's: the request asks for what Kafka refuses. */
const badRequest: StatusAndCode = { status: 400, errorCode: 40002 };
const notAuthenticated: StatusAndCode = { status: 401, errorCode: 40101 };
const notAuthorized: StatusAndCode = { status: 403, errorCode: 40301 };
/** Confluent's: try the same request again. */
const retriable: StatusAndCode = { status: 500, errorCode: 50003 };
/** Confluent's: anything else that Kafka says. */
const failed: StatusAndCode = { status: 500, errorCode: 50002 };

/**
 * Kafka errors that are answered with a status and a code of their own. The first group is Confluent's; the
 * others have codes in its style, for what its proxy reports as 50002 although the request is at fault.
 */
const own: Readonly<Partial<Record<KafkaErrorName, StatusAndCode>>> = {
  UNKNOWN_TOPIC_OR_PARTITION: { status: 404, errorCode: 40403 },
  INVALID_TOPIC_EXCEPTION: badRequest,
  TOPIC_ALREADY_EXISTS: badRequest,
  INVALID_PARTITIONS: badRequest,
  INVALID_REPLICATION_FACTOR: badRequest,
  INVALID_REPLICA_ASSIGNMENT: badRequest,
  INVALID_CONFIG: badRequest,
  INVALID_REQUEST: badRequest,
  POLICY_VIOLATION: badRequest,
  UNSUPPORTED_VERSION: badRequest,
  SECURITY_DISABLED: badRequest,
  TOPIC_DELETION_DISABLED: badRequest,
  SASL_AUTHENTICATION_FAILED: notAuthenticated,
  TOPIC_AUTHORIZATION_FAILED: notAuthorized,
  GROUP_AUTHORIZATION_FAILED: notAuthorized,
  CLUSTER_AUTHORIZATION_FAILED: notAuthorized,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: notAuthorized,
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: notAuthorized,
  THROTTLING_QUOTA_EXCEEDED: { status: 429, errorCode: 42901 },
  BROKER_NOT_AVAILABLE: { status: 503, errorCode: 50302 },

  OFFSET_OUT_OF_RANGE: { status: 416, errorCode: 41601 },
  MESSAGE_TOO_LARGE: { status: 413, errorCode: 41301 },
  RECORD_LIST_TOO_LARGE: { status: 413, errorCode: 41302 },
  CORRUPT_MESSAGE: { status: 422, errorCode: 42211 },
  INVALID_RECORD: { status: 422, errorCode: 42212 },
  UNSUPPORTED_FOR_MESSAGE_FORMAT: { status: 422, errorCode: 42213 },
  UNSUPPORTED_COMPRESSION_TYPE: { status: 422, errorCode: 42214 },
  INVALID_TIMESTAMP: { status: 422, errorCode: 42215 },
  OUT_OF_ORDER_SEQUENCE_NUMBER: { status: 409, errorCode: 40911 },
  DUPLICATE_SEQUENCE_NUMBER: { status: 409, errorCode: 40912 },
  INVALID_PRODUCER_EPOCH: { status: 409, errorCode: 40913 },
  PRODUCER_FENCED: { status: 409, errorCode: 40914 },
  UNKNOWN_PRODUCER_ID: { status: 409, errorCode: 40915 },
  KAFKA_STORAGE_ERROR: { status: 503, errorCode: 50303 },
  RESOURCE_NOT_FOUND: { status: 404, errorCode: 40406 },

  INVALID_GROUP_ID: badRequest,
  INVALID_REGULAR_EXPRESSION: badRequest,
  UNSUPPORTED_ASSIGNOR: badRequest,
  OFFSET_METADATA_TOO_LARGE: { status: 413, errorCode: 41308 },
  GROUP_ID_NOT_FOUND: { status: 404, errorCode: 40404 },
  UNKNOWN_MEMBER_ID: { status: 404, errorCode: 40405 },
  FENCED_MEMBER_EPOCH: { status: 409, errorCode: 40921 },
  STALE_MEMBER_EPOCH: { status: 409, errorCode: 40922 },
  UNRELEASED_INSTANCE_ID: { status: 409, errorCode: 40923 },
  FENCED_INSTANCE_ID: { status: 409, errorCode: 40924 },
  NON_EMPTY_GROUP: { status: 409, errorCode: 40925 },
  GROUP_MAX_SIZE_REACHED: { status: 409, errorCode: 40926 },
  COORDINATOR_NOT_AVAILABLE: { status: 503, errorCode: 50304 },
  COORDINATOR_LOAD_IN_PROGRESS: { status: 503, errorCode: 50304 },
};

/** The one table: every Kafka error has an HTTP status and an `error_code`. docs/api.md shows it. */
export function answerOf(error: KafkaErrorName): StatusAndCode {
  return own[error] ?? (kafkaErrors[error].retriable ? retriable : failed);
}

/** The names that have a line of their own, in the order of the table. */
export const ownErrors = Object.keys(own) as KafkaErrorName[];
