import { readForwarded } from './forwarded.ts';

/**
 * The absolute URL under which the client of a request reaches this API: scheme, host, port and path prefix, without a
 * slash at the end. In this order it is `advertisedUrl`, which is taken as it is; what the proxies in between say
 * (`Forwarded` of RFC 7239, `X-Forwarded-*`); the URL of the request.
 */
export function publicUrlOf({ url, headers }: Request, advertisedUrl?: string): string {
  if (advertisedUrl !== undefined) return advertisedUrl;
  const own = new URL(url);
  const { scheme, host = own.host, port, prefix = '' } = readForwarded(headers);
  const hasPort = /:\d+$/.test(host);
  const authority = port === undefined || hasPort ? host : `${host}:${port}`;
  // By way of a URL, because that leaves out the port that is a scheme's own.
  return new URL(`${scheme ?? own.protocol.slice(0, -1)}://${authority}`).origin + prefix;
}
