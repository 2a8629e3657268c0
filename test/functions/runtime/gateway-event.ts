import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What API Gateway leaves to itself, and does not pass on. */
const HOP_BY_HOP: readonly string[] = ['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade'];
/** Any other body comes in base64. */
const TEXT_TYPES = /^(?:text\/|application\/(?:json|javascript|xml)(?:;|$))/;
const API_ID = 'a1b2c3d4e5';
const ACCOUNT = '123456789012';

export interface EventOptions {
  /** `POST /topics/{topic}`, or `$default`. */
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** The user or role whose signature the gateway has checked. @default nobody */
  readonly callerArn?: string | undefined;
  readonly nowMs: number;
}

/**
 * The event that an HTTP API sends to a function for a request: payload format 2.0 (API Gateway's developer guide,
 * "Create AWS Lambda proxy integrations for HTTP APIs").
 */
export function gatewayEvent(request: IncomingMessage, body: Buffer, options: EventOptions) {
  const { routeKey, pathParameters, callerArn, nowMs } = options;
  const { method = 'GET', url = '/', headersDistinct: all, socket } = request;
  const [path = '', query = ''] = splitOnce(url, '?');
  const { cookie, ...headers } = headersOf(all);
  const rawPath = decodedPath(path);
  const parameters = queryParameters(query);
  const isBase64Encoded = body.length > 0 && !TEXT_TYPES.test(headers['content-type'] ?? '');
  const domainName = `${API_ID}.execute-api.us-east-1.amazonaws.com`;
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers: {
      ...headers,
      host: domainName,
      'x-amzn-trace-id': `Root=1-${Math.floor(nowMs / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)}`,
      'x-forwarded-for': socket.remoteAddress ?? '',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    ...(query !== '' && { queryStringParameters: parameters }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: API_ID,
      ...(callerArn !== undefined && { authorizer: { iam: iamCaller(callerArn) } }),
      domainName,
      domainPrefix: API_ID,
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: new Date(nowMs).toUTCString(),
      timeEpoch: nowMs,
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/** Values of one name are joined with commas; names are lower case. */
function headersOf(all: IncomingMessage['headersDistinct']): Record<string, string> {
  const named = Object.entries(all).filter(([name]) => !HOP_BY_HOP.includes(name));
  return Object.fromEntries(named.map(([name, values = []]) => [name, values.join(',')]));
}

/** It is decoded, and what then looks like the beginning of a query is cut off. */
function decodedPath(path: string): string {
  let decoded = path;
  try {
    decoded = decodeURIComponent(path);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
  return splitOnce(decoded, '?')[0] ?? '';
}

function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const before = parameters[name];
    parameters[name] = before === undefined ? value : `${before},${value}`;
  }
  return parameters;
}

/** As after a SigV4 signature was checked. */
const iamCaller = (userArn: string) => ({
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  accountId: ACCOUNT,
  callerId: 'AIDACKCEVSQ6C2EXAMPLE',
  cognitoIdentity: null,
  principalOrgId: 'aws:PrincipalOrgID',
  userArn,
  userId: 'AIDACKCEVSQ6C2EXAMPLE',
});

function splitOnce(text: string, at: string): [string, string?] {
  const index = text.indexOf(at);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + at.length)];
}
