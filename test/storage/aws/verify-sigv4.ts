import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A request as a server got it. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<id>[^/]+)\/(?<date>\d{8})\/(?<region>[^/]+)\/(?<service>[^/]+)\/aws4_request, SignedHeaders=(?<signed>[^,]+), Signature=(?<signature>[0-9a-f]{64})$/;

export interface Signature {
  readonly id: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
}

/**
 * Checks a request as AWS does ("Create a signed AWS API request", IAM User Guide), written from that page.
 * Throws when the signature is not that of this request by this secret.
 */
export function verifySigV4(request: ReceivedRequest, secretAccessKey: string): Signature {
  const { method, target, headers, body } = request;
  const parts = AUTHORIZATION.exec(String(headers.authorization))?.groups;
  if (parts === undefined) throw new Error(`no signature: ${headers.authorization}`);
  const { id = '', date = '', region = '', service = '', signed = '', signature } = parts;
  const { pathname, searchParams } = new URL(target, 'http://any');
  const canonical = [
    method,
    pathname.split('/').map(encode).join('/'),
    Array.from(searchParams, ([name, value]) => `${encode(name)}=${encode(value)}`)
      .toSorted()
      .join('&'),
    ...signed.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    signed,
    sha256(body),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const expected = hmac(key, toSign).toString('hex');
  if (signature !== expected) throw new Error(`the signature is not that of\n${canonical}`);
  return { id, region, service, signedHeaders: signed.split(';') };
}
