import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** `*.localhost` is this machine (RFC 6761 §6.3), also where the system's resolver does not know it: emulators use it. */
export const lookupLocalhost: LookupFunction = (hostname, options, callback) =>
  lookup(hostname.endsWith('.localhost') ? '127.0.0.1' : hostname, options, callback);
