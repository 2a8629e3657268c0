import { isIPv4, isIPv6 } from 'node:net';

/**
 * Whether an address or a host name means this machine alone, so that nobody else can send anything to it or read what
 * is sent (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3, RFC 6761 §6.3). Any other name is taken for another machine's.
 *
 * @param host As a user writes it, or as in a URL: an IPv6 address may stand in brackets.
 */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIPv4(address)) return address.startsWith('127.');
  if (isIPv6(address)) return URL.parse(`http://[${address}]`)?.hostname === '[::1]';
  return address === 'localhost' || address.endsWith('.localhost');
}
