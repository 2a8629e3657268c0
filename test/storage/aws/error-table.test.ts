import { beforeAll, describe, expect, test } from 'vitest';
import { asEpoch } from '../../../lib/kafka/types.ts';
import { BY_CANCELLATION, BY_CODE, BY_NAME } from '../../../lib/storage/aws/error-table.ts';
import { sortError } from '../../../lib/storage/aws/sort-error.ts';
import { openDynamoDBMetadataStore } from '../../../lib/storage/dynamodb/dynamodb-metadata-store.ts';
import { isThrottled, NotDoneError, RefusedError, UnknownOutcomeError } from '../../../lib/storage/errors.ts';
import { openS3ObjectStore } from '../../../lib/storage/s3/s3-object-store.ts';
import { hastyClock } from '../../aws/hasty-clock.ts';
import { deadEndpoint, dynamodbError, openServer, s3Error } from './answering-server.ts';

const PARTITION = { topicId: 't', partition: 0 };
const KEY = { pk: 'P', sk: 'a' };

beforeAll(() => {
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
});

const options = (endpoint: string) => ({
  endpoint,
  region: 'eu-west-1',
  deadlineMs: 4000,
  attemptMs: 1000,
  clock: hastyClock(),
});
const metadataAt = (endpoint: string) => openDynamoDBMetadataStore({ ...options(endpoint), table: 'log' });
const objectsAt = (endpoint: string) => openS3ObjectStore({ ...options(endpoint), bucket: 'objects' });

/** What a call raised, in short. */
async function raised(call: Promise<unknown>) {
  try {
    return { kind: 'done', value: await call, message: '' };
  } catch (error) {
    if (error instanceof NotDoneError) {
      return { kind: error.retriable ? 'notDone' : 'notDone for good', message: error.message };
    }
    if (error instanceof UnknownOutcomeError || error instanceof RefusedError) {
      return { kind: error.kind, message: error.message };
    }
    throw error;
  }
}

interface Row {
  readonly name: string;
  readonly status: number;
  readonly write: 'notDone' | 'notDone for good' | 'unknown';
  /** Whether it is sent again until the deadline. */
  readonly busy?: true;
  readonly says: RegExp;
}

const DYNAMODB: readonly Row[] = [
  {
    name: 'ProvisionedThroughputExceededException',
    status: 400,
    write: 'notDone',
    busy: true,
    says: /throttled/,
  },
  { name: 'ThrottlingException', status: 400, write: 'notDone', busy: true, says: /throttled/ },
  { name: 'RequestLimitExceeded', status: 400, write: 'notDone', busy: true, says: /throttled/ },
  { name: 'LimitExceededException', status: 400, write: 'notDone', busy: true, says: /throttled/ },
  { name: 'TransactionConflictException', status: 400, write: 'notDone', busy: true, says: /transaction/ },
  { name: 'ReplicatedWriteConflictException', status: 400, write: 'notDone', busy: true, says: /busy/ },
  { name: 'TransactionInProgressException', status: 400, write: 'unknown', says: /still at work/ },
  { name: 'InternalServerError', status: 500, write: 'unknown', says: /failed inside AWS/ },
  { name: 'ServiceUnavailable', status: 503, write: 'unknown', says: /failed inside AWS/ },
  {
    name: 'ResourceNotFoundException',
    status: 400,
    write: 'notDone for good',
    says: /does not exist: create it/,
  },
  { name: 'ValidationException', status: 400, write: 'notDone for good', says: /pk and sk/ },
  { name: 'AccessDeniedException', status: 400, write: 'notDone for good', says: /IAM policy/ },
  { name: 'UnrecognizedClientException', status: 400, write: 'notDone for good', says: /credentials/ },
  { name: 'InvalidSignatureException', status: 400, write: 'notDone for good', says: /credentials/ },
  { name: 'IncompleteSignatureException', status: 400, write: 'notDone for good', says: /credentials/ },
  {
    name: 'MissingAuthenticationTokenException',
    status: 400,
    write: 'notDone for good',
    says: /credentials/,
  },
  { name: 'ExpiredTokenException', status: 400, write: 'notDone for good', says: /expired credentials/ },
  // No line of their own: by their status.
  { name: 'SomethingNewException', status: 400, write: 'notDone for good', says: /HTTP 400/ },
  { name: 'SomethingNewException', status: 429, write: 'notDone', busy: true, says: /throttled/ },
  { name: 'SomethingNewException', status: 502, write: 'unknown', says: /failed inside AWS/ },
];

const S3: readonly Row[] = [
  { name: 'SlowDown', status: 503, write: 'notDone', busy: true, says: /throttled/ },
  { name: 'OperationAborted', status: 409, write: 'notDone', busy: true, says: /busy/ },
  { name: 'InternalError', status: 500, write: 'unknown', says: /failed inside AWS/ },
  { name: 'ServiceUnavailable', status: 503, write: 'unknown', says: /failed inside AWS/ },
  { name: 'RequestTimeout', status: 400, write: 'notDone', says: /waited too long/ },
  { name: 'IncompleteBody', status: 400, write: 'notDone', says: /other bytes/ },
  { name: 'BadDigest', status: 400, write: 'notDone', says: /other bytes/ },
  { name: 'XAmzContentChecksumMismatch', status: 400, write: 'notDone', says: /other bytes/ },
  { name: 'NoSuchBucket', status: 404, write: 'notDone for good', says: /does not exist: create it/ },
  { name: 'PermanentRedirect', status: 301, write: 'notDone for good', says: /another region/ },
  { name: 'AuthorizationHeaderMalformed', status: 400, write: 'notDone for good', says: /another region/ },
  { name: 'AccessDenied', status: 403, write: 'notDone for good', says: /IAM policy/ },
  { name: 'InvalidAccessKeyId', status: 403, write: 'notDone for good', says: /credentials/ },
  { name: 'SignatureDoesNotMatch', status: 403, write: 'notDone for good', says: /credentials/ },
  { name: 'InvalidToken', status: 400, write: 'notDone for good', says: /credentials/ },
  { name: 'ExpiredToken', status: 400, write: 'notDone for good', says: /expired credentials/ },
  { name: 'RequestTimeTooSkewed', status: 403, write: 'notDone', says: /clock/ },
  { name: 'EntityTooLarge', status: 400, write: 'notDone for good', says: /size/ },
];

describe('an answer of DynamoDB', () => {
  for (const { name, status, write, busy, says } of DYNAMODB) {
    test(`${name} (${status}) to a write is ${write}, and to a read never unknown`, async () => {
      const server = await openServer(dynamodbError(name, status));
      const store = metadataAt(server.endpoint);
      const answer = await raised(store.lead({ partition: PARTITION, to: 1, seen: asEpoch(0) }));
      expect(answer.kind).toBe(write);
      expect(answer.message).toMatch(says);
      expect(answer.message).toContain('DynamoDB table "log" in eu-west-1');
      if (busy) expect(server.requests.length).toBeGreaterThan(2);
      else expect(server.requests.length).toBe(1);
      const read = await raised(store.get(KEY));
      expect(read.kind).toBe(write === 'unknown' ? 'notDone' : write);
    });
  }

  test('InvalidSignatureException about the time is about the clock, and passes', async () => {
    const message = 'Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z';
    const server = await openServer(dynamodbError('InvalidSignatureException', 400, { message }));
    const answer = await raised(metadataAt(server.endpoint).kill(PARTITION));
    expect(answer).toMatchObject({ kind: 'notDone', message: expect.stringMatching(/clock/) });
  });

  test('ConditionalCheckFailedException is a refusal with the item, or with none', async () => {
    const Item = { pk: { S: 'P' }, sk: { S: 'a' }, v: { S: 'seen' }, a: { S: '{"n":1}' } };
    const there = await openServer(dynamodbError('ConditionalCheckFailedException', 400, { Item }));
    const put = { kind: 'put', key: KEY, attributes: {}, condition: 'absent' } as const;
    await expect(metadataAt(there.endpoint).write([put])).rejects.toMatchObject({
      kind: 'refused',
      current: [{ key: KEY, version: 'seen', attributes: { n: 1 } }],
    });
    const gone = await openServer(dynamodbError('ConditionalCheckFailedException'));
    await expect(metadataAt(gone.endpoint).write([put])).rejects.toMatchObject({ current: [undefined] });
  });
});

describe('an answer of S3', () => {
  for (const { name, status, write, busy, says } of S3) {
    test(`${name} (${status}) to a put is ${write}, and to a get never unknown`, async () => {
      const server = await openServer(s3Error(name, status));
      const store = objectsAt(server.endpoint);
      const answer = await raised(store.put('a', [Buffer.from('a')]));
      expect(answer.kind).toBe(write);
      expect(answer.message).toMatch(says);
      expect(answer.message).toContain('S3 bucket "objects" in eu-west-1');
      if (busy) expect(server.requests.length).toBeGreaterThan(2);
      else expect(server.requests.length).toBe(1);
      const read = await raised(store.get('a'));
      expect(read.kind).toBe(write === 'unknown' ? 'notDone' : write);
    });
  }

  test('an object that is not there is no error', async () => {
    const server = await openServer(s3Error('NoSuchKey', 404));
    expect(await objectsAt(server.endpoint).get('a')).toBeUndefined();
  });

  test('a deletion that is done in part is unknown, and one that is refused as a whole is not done', async () => {
    const server = await openServer((response) => {
      response.writeHead(200, { 'Content-Type': 'application/xml' });
      response.end('<DeleteResult><Error><Key>a</Key><Code>AccessDenied</Code></Error></DeleteResult>');
    });
    const store = objectsAt(server.endpoint);
    expect((await raised(store.delete(['a', 'b']))).kind).toBe('unknown');
    expect(await raised(store.delete(['a']))).toMatchObject({
      kind: 'notDone for good',
      message: expect.stringMatching(/IAM policy/),
    });
  });
});

test('a throttled call says that it was, and one that is busy for another reason does not', async () => {
  const caught = async (endpoint: string) =>
    metadataAt(endpoint)
      .get(KEY)
      .catch((error: unknown) => error);
  const throttling = await openServer(dynamodbError('ThrottlingException'));
  expect(isThrottled(await caught(throttling.endpoint))).toBe(true);
  const conflict = await openServer(dynamodbError('TransactionConflictException'));
  expect(isThrottled(await caught(conflict.endpoint))).toBe(false);
});

test('what a service quotes of a request, signed headers included, is not repeated', async () => {
  const message = 'The signature does not match.\n\nThe Canonical String was\nx-amz-security-token:hunter2';
  const server = await openServer(dynamodbError('InvalidSignatureException', 400, { message }));
  const answer = await raised(metadataAt(server.endpoint).get(KEY));
  expect(answer.message).toContain('The signature does not match.');
  expect(answer.message).not.toContain('hunter2');
});

describe('a cancelled transaction', () => {
  const CASES: readonly (readonly [reasons: string[], kind: string, says: RegExp])[] = [
    [['None', 'TransactionConflict'], 'notDone', /transaction on the same item/],
    [['ProvisionedThroughputExceeded', 'None'], 'notDone', /throttled/],
    [['ThrottlingError', 'None'], 'notDone', /throttled/],
    [['TransactionConflict', 'ValidationError'], 'notDone for good', /malformed/],
    [['AccessDenied', 'None'], 'notDone for good', /IAM policy/],
    [['SomethingNew', 'None'], 'notDone for good', /cancelled/],
    [['TransactionConflict', 'ConditionalCheckFailed'], 'refused', /refused a condition/],
  ];
  for (const [reasons, kind, says] of CASES) {
    test(`for ${reasons.join(' and ')} is ${kind}`, async () => {
      const CancellationReasons = reasons.map((Code) => ({ Code }));
      const cancelled = dynamodbError('TransactionCanceledException', 400, { CancellationReasons });
      const server = await openServer((response, request) => {
        if (String(request.headers['x-amz-target']).endsWith('BatchGetItem'))
          response.end('{"Responses":{}}');
        else cancelled(response);
      });
      const ops = ['a', 'b'].map(
        (sk) => ({ kind: 'delete', key: { pk: 'P', sk }, condition: 'none' }) as const,
      );
      const answer = await raised(metadataAt(server.endpoint).write(ops));
      expect(answer.kind).toBe(kind);
      expect(answer.message).toMatch(says);
    });
  }
});

describe('a connection', () => {
  const put = { kind: 'put', key: KEY, attributes: {}, condition: 'none' } as const;

  async function both(endpoint: string) {
    const [metadata, objects] = [metadataAt(endpoint), objectsAt(endpoint)];
    return {
      write: await raised(metadata.write([put])),
      put: await raised(objects.put('a', [Buffer.from('a')])),
      read: await raised(metadata.get(KEY)),
      get: await raised(objects.get('a')),
    };
  }
  const all = (write: string, read: string, says: RegExp) => {
    const message = expect.stringMatching(says);
    return {
      write: { kind: write, message },
      put: { kind: write, message },
      read: { kind: read, message },
      get: { kind: read, message },
    };
  };

  test('to where nobody listens is not done (ECONNREFUSED)', async () => {
    expect(await both(await deadEndpoint())).toMatchObject(all('notDone', 'notDone', /cannot be reached/));
  });

  test('to a host that is not known is not done (ENOTFOUND, EAI_AGAIN)', async () => {
    expect(await both('http://nowhere.invalid:1')).toMatchObject(
      all('notDone', 'notDone', /host name is not known/),
    );
  });

  test('that breaks before the answer is unknown to a write (ECONNRESET)', async () => {
    const server = await openServer((response) => response.socket?.destroy());
    expect(await both(server.endpoint)).toMatchObject(all('unknown', 'notDone', /gave no answer/));
    expect(server.requests.length).toBe(4); // nothing was sent twice
  });

  test('that breaks within the answer is unknown to a write', async () => {
    const server = await openServer((response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{"half":', () => response.socket?.destroy());
    });
    const { write, read, get } = await both(server.endpoint);
    expect([write.kind, read.kind, get.kind]).toEqual(['unknown', 'notDone', 'notDone']);
  });

  test('without an answer in time is unknown to a write (AbortError)', async () => {
    const server = await openServer(() => undefined);
    expect(await both(server.endpoint)).toMatchObject(all('unknown', 'notDone', /did not answer in time/));
  });

  test('with an answer that is no answer is unknown to a write', async () => {
    const server = await openServer((response) => response.end('<html>'));
    const store = metadataAt(server.endpoint);
    expect((await raised(store.lead({ partition: PARTITION, to: 1, seen: asEpoch(0) }))).kind).toBe(
      'unknown',
    );
    expect((await raised(store.get(KEY))).kind).toBe('notDone');
  });
});

describe('what no server can be made to answer here', () => {
  const withCode = (code: string, syscall?: string) => Object.assign(new Error('x'), { code, syscall });
  const named = (name: string, message = 'x') => Object.assign(new Error(message), { name });
  const kindOf = (cause: unknown) => sortError('table', 'write', cause).error.kind;

  test('an error while connecting was sent nowhere, whatever its code', () => {
    for (const code of ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EMFILE', 'EADDRNOTAVAIL']) {
      expect(kindOf(withCode(code, 'connect'))).toBe('notDone');
      expect(kindOf(new AggregateError([withCode(code, 'connect'), withCode(code, 'connect')]))).toBe(
        'notDone',
      );
    }
    for (const code of ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', 'ECONNRESET']) {
      expect(kindOf(withCode(code, 'read'))).toBe('unknown');
    }
    const connecting = 'the request socket did not establish a connection with the server within 1000 ms';
    expect(kindOf(named('TimeoutError', connecting))).toBe('notDone');
    expect(kindOf(named('TimeoutError', 'the request socket timed out'))).toBe('unknown');
  });

  test('a certificate that is not trusted ends it before anything is sent', () => {
    for (const code of BY_CODE.keys()) {
      if (/CERT|LEAF|SIGNED/.test(code)) expect(kindOf(withCode(code))).toBe('notDone');
    }
  });

  test('credentials that are not there, or cannot be renewed, are said so', () => {
    const { error } = sortError(
      'DynamoDB table "log"',
      'write',
      named('CredentialsProviderError', 'no providers'),
    );
    expect(error).toMatchObject({
      kind: 'notDone',
      retriable: false,
      message: expect.stringMatching(/AWS_PROFILE/),
    });
    expect(kindOf(named('TokenProviderError'))).toBe('notDone');
  });

  test('anything else is unknown to a write, and not done to a read', () => {
    for (const cause of [new TypeError('x'), 'a text', undefined]) {
      expect(sortError('table', 'write', cause).error.kind).toBe('unknown');
      expect(sortError('table', 'read', cause).error.kind).toBe('notDone');
    }
  });
});

test('every line of the table is tested above', () => {
  const names = new Set([...DYNAMODB, ...S3].map(({ name }) => name));
  const elsewhere = ['ConditionalCheckFailedException', 'CredentialsProviderError', 'TokenProviderError'];
  const untested = [...BY_NAME.keys()].filter((name) => !names.has(name) && !elsewhere.includes(name));
  expect(untested).toEqual(['AbortError', 'TimeoutError']); // by connections
  expect([...BY_CANCELLATION.keys()].length).toBe(6);
});
