/** What an error of the SDK, of a service or of a socket means, and what to do about it. */
export interface Rule {
  /**
   * What became of a write: a condition did not hold; nothing was written and nothing will be; or nobody knows.
   * A read that fails is never unknown: it can be done again.
   */
  readonly write: 'refused' | 'notDone' | 'unknown';
  /** Continues a sentence that begins with the table or the bucket. */
  readonly says: string;
  /** Whether the same call may succeed in a moment; else somebody must act. */
  readonly retriable: boolean;
  /** Answered before anything was tried, because there is too much to do: worth a short wait and the same call. */
  readonly busy?: boolean;
  /** Busy because of all that is asked of it, not of what somebody else does with the same item. */
  readonly throttled?: true;
}

const refused: Rule = { write: 'refused', says: 'refused a condition', retriable: false };

const busy = (says: string): Rule => ({ write: 'notDone', says, retriable: true, busy: true });
const passing = (says: string): Rule => ({ write: 'notDone', says, retriable: true });
const lasting = (says: string): Rule => ({ write: 'notDone', says, retriable: false });
const unknown = (says: string): Rule => ({ write: 'unknown', says, retriable: true });

const THROTTLED: Rule = { ...busy('is throttled: raise its capacity, or wait'), throttled: true };
const CONFLICT = busy('is busy with a transaction on the same item');
const UNREACHABLE = passing('cannot be reached: check the network and the endpoint');
const NOT_RESOLVED = passing('cannot be reached, its host name is not known: check region, endpoint and DNS');
const NO_ANSWER = unknown('gave no answer');
const FAILED = unknown('failed inside AWS');
const FORBIDDEN = lasting('may not be used so: allow it in the IAM policy of this role or user');
const BAD_CREDENTIALS = lasting('does not know these credentials: check access key, secret and account');
const EXPIRED_CREDENTIALS = lasting(
  'was asked with expired credentials: renew them (aws sso login, aws sts)',
);
const NO_CREDENTIALS = lasting(
  'was not asked, for there are no AWS credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID',
);
const WRONG_CLOCK = passing("was asked at the wrong time: set this machine's clock");
const WRONG_REGION = lasting('lies in another region: name that one');
const DAMAGED_ON_THE_WAY = passing('got other bytes than were sent');
const BAD_CERTIFICATE = lasting(
  'shows a certificate that is not trusted: check the endpoint and NODE_EXTRA_CA_CERTS',
);

/** An error that no line names: whoever writes cannot rely on anything. */
export const OTHER: Rule = unknown('raised an error');

/** By the error's name: the code that the service gave, or the SDK's own. */
export const BY_NAME: ReadonlyMap<string, Rule> = new Map([
  // DynamoDB (docs.aws.amazon.com/amazondynamodb, "Error handling with DynamoDB")
  ['ConditionalCheckFailedException', refused],
  ['ProvisionedThroughputExceededException', THROTTLED],
  ['ThrottlingException', THROTTLED],
  ['RequestLimitExceeded', THROTTLED],
  ['LimitExceededException', THROTTLED],
  ['TransactionConflictException', CONFLICT],
  ['ReplicatedWriteConflictException', CONFLICT],
  ['TransactionInProgressException', unknown('is still at work on the same transaction')],
  ['InternalServerError', FAILED],
  ['ServiceUnavailable', FAILED],
  [
    'ResourceNotFoundException',
    lasting('does not exist: create it, or name another table, region or account'),
  ],
  [
    'ValidationException',
    lasting('refused the request as malformed: check that its keys are pk and sk, both strings'),
  ],
  ['AccessDeniedException', FORBIDDEN],
  ['UnrecognizedClientException', BAD_CREDENTIALS],
  ['InvalidSignatureException', BAD_CREDENTIALS],
  ['IncompleteSignatureException', BAD_CREDENTIALS],
  ['MissingAuthenticationTokenException', BAD_CREDENTIALS],
  ['ExpiredTokenException', EXPIRED_CREDENTIALS],

  // S3 (docs.aws.amazon.com/AmazonS3, "List of error codes")
  ['SlowDown', THROTTLED],
  ['InternalError', FAILED],
  ['RequestTimeout', passing('waited too long for the bytes')],
  ['IncompleteBody', DAMAGED_ON_THE_WAY],
  ['BadDigest', DAMAGED_ON_THE_WAY],
  ['XAmzContentChecksumMismatch', DAMAGED_ON_THE_WAY],
  ['OperationAborted', CONFLICT],
  ['NoSuchBucket', lasting('does not exist: create it, or name another bucket or endpoint')],
  ['PermanentRedirect', WRONG_REGION],
  ['AuthorizationHeaderMalformed', WRONG_REGION],
  ['AccessDenied', FORBIDDEN],
  ['InvalidAccessKeyId', BAD_CREDENTIALS],
  ['SignatureDoesNotMatch', BAD_CREDENTIALS],
  ['InvalidToken', BAD_CREDENTIALS],
  ['ExpiredToken', EXPIRED_CREDENTIALS],
  ['RequestTimeTooSkewed', WRONG_CLOCK],
  ['EntityTooLarge', lasting('does not take an object of this size')],

  // The SDK
  ['CredentialsProviderError', NO_CREDENTIALS],
  ['TokenProviderError', EXPIRED_CREDENTIALS],
  ['AbortError', unknown('did not answer in time')],
  ['TimeoutError', unknown('did not answer in time')],
]);

/** Why one op of a cancelled transaction was not done. Nothing of such a transaction was. */
export const BY_CANCELLATION: ReadonlyMap<string, Rule> = new Map([
  ['ConditionalCheckFailed', refused],
  ['TransactionConflict', CONFLICT],
  ['ProvisionedThroughputExceeded', THROTTLED],
  ['ThrottlingError', THROTTLED],
  ['ValidationError', lasting('refused a transaction as malformed')],
  ['AccessDenied', FORBIDDEN],
]);

/** A cancellation for a reason that has no line. */
export const OTHER_CANCELLATION: Rule = lasting('cancelled a transaction');

/** Errors of the socket (errno(3)) and of TLS. Those raised while connecting were sent nowhere: {@link CONNECTING}. */
export const BY_CODE: ReadonlyMap<string, Rule> = new Map([
  ['ECONNREFUSED', UNREACHABLE],
  ['ENOTFOUND', NOT_RESOLVED],
  ['EAI_AGAIN', NOT_RESOLVED],
  ['ECONNRESET', NO_ANSWER],
  ['EPIPE', NO_ANSWER],
  ['ETIMEDOUT', NO_ANSWER],
  ['EHOSTUNREACH', NO_ANSWER],
  ['ENETUNREACH', NO_ANSWER],
  ['CERT_HAS_EXPIRED', BAD_CERTIFICATE],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', BAD_CERTIFICATE],
  ['SELF_SIGNED_CERT_IN_CHAIN', BAD_CERTIFICATE],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', BAD_CERTIFICATE],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', BAD_CERTIFICATE],
  ['ERR_TLS_CERT_ALTNAME_INVALID', BAD_CERTIFICATE],
]);

/** Whatever happens before there is a connection: nothing was sent. */
export const CONNECTING: Rule = UNREACHABLE;

/** Where one name says two things, the message tells them apart. */
export const BY_MESSAGE: readonly { readonly name: string; readonly message: RegExp; readonly rule: Rule }[] =
  [
    {
      name: 'InvalidSignatureException',
      message: /signature (?:expired|not yet current)/i,
      rule: WRONG_CLOCK,
    },
    {
      name: 'ValidationException',
      message: /item size/i,
      rule: passing('has an item that cannot grow any more, a head that needs a roll'),
    },
  ];

/** An answer whose name has no line is sorted by its status: 4xx was looked at and turned down. */
export function byStatus(status: number): Rule | undefined {
  if (status === 429) return THROTTLED;
  if (status >= 500) return FAILED;
  if (status >= 300) return lasting(`refused the request (HTTP ${status})`);
  return undefined;
}
