import type { Caller } from './auth/caller.ts';

/**
 * What a host may offer beside the Web's `Request`, as Hono's bindings. Everything works without it; where it is
 * there, something costs less.
 */
export interface HostBindings {
  /** Who calls, where a gateway before this host has checked it. */
  readonly caller?: Caller;
  /**
   * Reads the whole body, which is said to have `length` bytes, into memory of its own: copied once, where
   * `Request.arrayBuffer()` copies it twice. Rejects when the connection ends before it is whole.
   */
  readonly readBody?: (length: number) => Promise<Buffer>;
  /**
   * The body piece by piece, as it comes in, for a request whose `Request` cannot carry it: to the Fetch standard, GET
   * and HEAD have none, but some of Confluent's routes take one. Without it they have an empty body. Called once at
   * most. Throws when the connection ends before the body is whole; who has seen enough may stop early and still answer.
   */
  readonly streamBody?: () => AsyncIterable<Uint8Array>;
}
