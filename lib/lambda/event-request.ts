import type { Caller } from '../api/auth/caller.ts';
import type { HostBindings } from '../api/host.ts';
import type { GatewayEvent } from './gateway-event.ts';

/** A request as the API takes it. */
export interface HostedRequest {
  readonly request: Request;
  readonly host: HostBindings;
}

/** Fetch §5.4: a `Request` of these has no body, so theirs comes with the host. */
const BODILESS_METHODS: readonly string[] = ['GET', 'HEAD'];

/** The stage that has no path of its own. */
const DEFAULT_STAGE = '$default';

/**
 * The request that a gateway's event tells of, under the domain that the client asked for.
 *
 * (Hono's own adapter refuses a GET with a body, which some of Confluent's routes have, and spends a third of a second
 * on the base64 of a full answer; `Buffer` spends a millisecond.)
 */
export function requestOf(event: GatewayEvent): HostedRequest {
  const { requestContext } = event;
  const { method } = requestContext.http;
  const headers = headersOf(event);
  const body = bodyOf(event);
  if (body !== undefined) headers.set('content-length', String(body.length));
  const prefix = stagePrefixOf(event);
  const path = pathOf(event.rawPath.slice(prefix.length));
  if (prefix !== '') headers.append('x-forwarded-prefix', prefix);
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  const hasBody = body !== undefined && !BODILESS_METHODS.includes(method);
  const request = new Request(`https://${requestContext.domainName}${path}${query}`, {
    method,
    headers,
    ...(hasBody && { body: body as Buffer<ArrayBuffer> }),
  });
  const caller = callerOf(requestContext.authorizer);
  return {
    request,
    host: {
      ...(caller && { caller }),
      ...(body && { readBody: async () => body, streamBody: () => onePiece(body) }),
    },
  };
}

/** Several headers of one name come as one, with commas between their values; cookies come apart. */
function headersOf({ headers, cookies }: GatewayEvent): Headers {
  const all = new Headers();
  for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) all.set(name, value);
  if (cookies !== undefined) all.set('cookie', cookies.join('; '));
  // The body is here in one piece, however it came to the gateway.
  all.delete('transfer-encoding');
  return all;
}

function bodyOf({ body, isBase64Encoded }: GatewayEvent): Buffer | undefined {
  if (body === undefined || body === '') return undefined;
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

async function* onePiece(body: Buffer): AsyncGenerator<Uint8Array, void> {
  yield body;
}

/** A stage with a name stands before each path under the API's own domain. */
function stagePrefixOf({ rawPath, requestContext: { stage } }: GatewayEvent): string {
  const prefix = `/${stage}`;
  return stage !== DEFAULT_STAGE && (rawPath === prefix || rawPath.startsWith(`${prefix}/`)) ? prefix : '';
}

/** An HTTP API decodes what was escaped in a path, so in its events a `%` is one; here it is escaped again. */
function pathOf(rawPath: string): string {
  const path = rawPath.startsWith('/') ? rawPath : `/${rawPath}`;
  return encodeURI(path.toWellFormed()).replaceAll('?', '%3F').replaceAll('#', '%23');
}

/** Only what the gateway has checked counts; what a client can send is not looked at. */
function callerOf(authorizer: GatewayEvent['requestContext']['authorizer']): Caller | undefined {
  if (authorizer?.iam?.userArn) return { kind: 'iam', arn: authorizer.iam.userArn };
  if (authorizer?.jwt?.claims) return { kind: 'jwt', claims: authorizer.jwt.claims };
  return undefined;
}
