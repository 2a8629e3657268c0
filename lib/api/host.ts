/**
 * What a host may offer beside the Web's `Request`, as Hono's bindings. Everything works without it; where it is
 * there, something costs less.
 */
export interface HostBindings {
  /**
   * Reads the whole body, which is said to have `length` bytes, into memory of its own: copied once, where
   * `Request.arrayBuffer()` copies it twice. Rejects when the connection ends before it is whole.
   */
  readonly readBody?: (length: number) => Promise<Buffer>;
}
