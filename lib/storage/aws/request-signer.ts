import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { NotDoneError } from '../errors.ts';

/** A request as it will be sent, as far as a signature covers it. */
export interface SignableRequest {
  readonly method: string;
  readonly url: URL;
  readonly contentType: string | undefined;
  readonly body: string | Uint8Array | null;
}

export interface RequestSigner {
  /**
   * @returns the headers that prove who sends the request, for it alone and for some minutes.
   * @throws NotDoneError when there are no credentials, or no region.
   */
  sign(request: SignableRequest): Promise<Record<string, string>>;
  close(): void;
}

/** `<api>.execute-api.<region>.amazonaws.com`, and a function's own URL. Anything else is an API under a name of its own. */
const API = /\.execute-api\.(?<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?$/;
const FUNCTION_URL = /\.lambda-url\.(?<region>[a-z0-9-]+)\.on\.aws$/;

/**
 * Signs requests to an API of ours with Signature Version 4, by the credentials that AWS's tools find (environment,
 * profile, role). The signer is the one that a client of the SDK signs its own requests with.
 */
export function openRequestSigner(): RequestSigner {
  // It sends nothing: what is wanted of it is how it finds credentials and signs.
  const client = new DynamoDBClient({});
  return {
    async sign(request) {
      try {
        return await signWith(client, request);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        const message = `cannot sign the request for AWS (${reason}): it takes a region (AWS_REGION), and credentials where AWS's other tools find theirs`;
        throw new NotDoneError(message, { retriable: false, cause });
      }
    },
    close: () => client.destroy(),
  };
}

async function signWith(client: DynamoDBClient, request: SignableRequest): Promise<Record<string, string>> {
  const { method, url, contentType, body } = request;
  const ofFunction = FUNCTION_URL.exec(url.hostname);
  const region = (ofFunction ?? API.exec(url.hostname))?.groups?.region ?? (await client.config.region());
  const signingName = ofFunction === null ? 'execute-api' : 'lambda';
  const signer = await client.config.signer({
    name: 'sigv4',
    signingName,
    signingRegion: region,
    properties: {},
  });
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: queryOf(url),
    // Only what nobody on the way may change.
    headers: { host: url.host, ...(contentType !== undefined && { 'content-type': contentType }) },
    body: body ?? undefined,
  });
  const { host, 'content-type': _, ...added } = headers;
  return added;
}

function queryOf({ searchParams }: URL): Record<string, string | string[]> {
  const names = Array.from(new Set(searchParams.keys()));
  return Object.fromEntries(names.map((name) => [name, searchParams.getAll(name)]));
}
