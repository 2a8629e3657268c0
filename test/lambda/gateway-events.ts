import type { Context } from 'aws-lambda';
import type { GatewayEvent } from '../../lib/lambda/gateway-event.ts';

/** As API Gateway puts it into an event, when somebody's signature was checked. */
export const iamAuthorizer = {
  iam: {
    accessKey: 'ASIAIOSFODNN7EXAMPLE',
    accountId: '123456789012',
    callerId: 'AROACKCEVSQ6C2EXAMPLE:laptop',
    cognitoIdentity: null,
    principalOrgId: 'o-a1b2c3d4e5',
    userArn: 'arn:aws:sts::123456789012:assumed-role/readers/laptop',
    userId: 'AROACKCEVSQ6C2EXAMPLE:laptop',
  },
};

/** The same of a token: claims that are no text come as text. */
export const jwtAuthorizer = {
  jwt: {
    claims: {
      aud: 'log',
      client_id: '7gr9bs0cmq8t1example',
      exp: '1795000000',
      iat: '1794996400',
      iss: 'https://auth.example.org',
      sub: 'alice',
      token_use: 'access',
    },
    scopes: null,
  },
};

export interface EventParts {
  readonly method?: string;
  /** As the client sent it, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text comes as it is, bytes in base64. */
  readonly body?: string | Uint8Array;
  readonly stage?: string;
  readonly authorizer?: typeof iamAuthorizer | typeof jwtAuthorizer;
}

/** What an HTTP API sends for a request: payload format 2.0. */
export function gatewayEvent(parts: EventParts): GatewayEvent {
  const { method = 'GET', headers = {}, body, stage = '$default', authorizer = iamAuthorizer } = parts;
  const [path = '', query = ''] = parts.path.split('?');
  const rawPath = (stage === '$default' ? '' : `/${stage}`) + decodeURIComponent(path);
  const domainName = 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com';
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: query,
    headers: {
      accept: '*/*',
      ...length,
      host: domainName,
      'user-agent': 'curl/8.12.1',
      'x-amzn-trace-id': 'Root=1-6abc9d14-0b1c2d3e4f5061728394a5b6',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...headers,
    },
    ...(query !== '' && { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'a1b2c3d4e5',
      authorizer,
      domainName,
      domainPrefix: 'a1b2c3d4e5',
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.7',
        userAgent: 'curl/8.12.1',
      },
      requestId: 'dSsn2iHGjoEEPGw=',
      routeKey: '$default',
      stage,
      time: '24/Nov/2026:16:00:00 +0000',
      timeEpoch: 1_795_536_000_000,
    },
    ...(typeof body === 'string' && { body }),
    ...(body instanceof Uint8Array && { body: Buffer.from(body).toString('base64') }),
    isBase64Encoded: body instanceof Uint8Array,
  };
}

/** What Lambda tells a handler of its invocation. */
export function invocation(remainingMs = 29_000): Context {
  return {
    awsRequestId: '8f507cfc-1b3a-4a6c-9e0e-0123456789ab',
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'rivulet-produce',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:rivulet-produce',
    logGroupName: '/aws/lambda/rivulet-produce',
    logStreamName: '2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => remainingMs,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
