/** What the proxies in front of us say of the URL that the client asked for; what they do not say is not there. */
export interface Forwarded {
  readonly scheme?: 'http' | 'https';
  /** `host` or `host:port`. */
  readonly host?: string;
  /** For a host that stands without one. */
  readonly port?: string;
  /** The path that was taken off before the request came here: '' or `/path`. */
  readonly prefix?: string;
}

const SCHEMES = ['http', 'https'] as const;
/** A name, an IPv4 address or an IPv6 address in brackets (RFC 3986 §3.2.2), without userinfo and escapes. */
const HOST = /^(?:[a-z\d][a-z\d._-]*|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
const PORT = /^\d{1,5}$/;
const PORT_MAX = 65_535;
/** Segments of unreserved characters (RFC 3986 §2.3), of which none is `.` or `..`. */
const PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)*\/?$/;

/**
 * Reads `Forwarded` (RFC 7239), and for what it does not say `X-Forwarded-Proto`, `-Host`, `-Port` and `-Prefix`. Each
 * proxy adds its own behind what is there, so the first value is that of the one that the client spoke to.
 *
 * Anybody can send these headers, so what comes out is checked and cannot be more than it says: a value that is not
 * what it should be counts as not there.
 */
export function readForwarded(headers: Headers): Forwarded {
  const standard = firstElement(headers.get('forwarded') ?? '');
  const host = hostOf(standard.get('host'));
  const scheme = schemeOf(standard.get('proto')) ?? schemeOf(firstValue(headers, 'x-forwarded-proto'));
  const prefix = prefixOf(firstValue(headers, 'x-forwarded-prefix'));
  const rest = { ...(scheme !== undefined && { scheme }), ...(prefix !== undefined && { prefix }) };
  // RFC 7239 §5.3: it is the Host header as it was, and so has its port.
  if (host !== undefined) return { host, ...rest };
  const xHost = hostOf(firstValue(headers, 'x-forwarded-host'));
  const port = portOf(firstValue(headers, 'x-forwarded-port'));
  return { ...(xHost !== undefined && { host: xHost }), ...(port !== undefined && { port }), ...rest };
}

const firstValue = (headers: Headers, name: string): string | undefined =>
  headers.get(name)?.split(',', 1)[0]?.trim();

function schemeOf(text = ''): Forwarded['scheme'] {
  const lower = text.toLowerCase();
  return SCHEMES.find((scheme) => scheme === lower);
}

const hostOf = (text = ''): string | undefined =>
  HOST.test(text) && URL.canParse(`http://${text}`) ? text : undefined;

const portOf = (text = ''): string | undefined =>
  PORT.test(text) && Number(text) > 0 && Number(text) <= PORT_MAX ? text : undefined;

const prefixOf = (text: string | undefined): string | undefined =>
  text !== undefined && PATH.test(text) ? text.replace(/\/$/, '') : undefined;

/**
 * A pair of RFC 7239 §4, and what ends it: a semicolon, the element's end, or both. Values without quotes are taken
 * as they come, for many write `host=example.org:8443` although a colon calls for them.
 */
const PAIR = /[ \t]*([!#$%&'*+.^`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*))[ \t]*(;[ \t;]*)?(?:(,|$)|)/gy;

const NOTHING: ReadonlyMap<string, string> = new Map();

/** The pairs of the first element, their names in lower case; none when it is not written as RFC 7239 says. */
function firstElement(header: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const [, name = '', quoted, plain = '', semicolon, end] of header.matchAll(PAIR)) {
    const key = name.toLowerCase();
    if (pairs.has(key)) return NOTHING;
    pairs.set(key, quoted?.replace(/\\(.)/g, '$1') ?? plain);
    if (end !== undefined) return pairs;
    if (semicolon === undefined) return NOTHING;
  }
  return NOTHING;
}
