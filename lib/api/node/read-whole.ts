import type { IncomingMessage } from 'node:http';

/** Reads a body of `length` bytes into one piece of memory. Rejects when the connection ends before that. */
export function readWhole(incoming: IncomingMessage, length: number): Promise<Buffer> {
  // Nothing more would be heard of it.
  if (incoming.destroyed) return Promise.reject(new Error('the connection ended before its body was read'));
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // Not from Buffer's pool: a cache may keep a small body for long, and the rest of its slab with it.
  const body = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  let isOver = false;
  incoming.on('data', (bytes: Buffer) => {
    filled += bytes.copy(body, filled);
  });
  incoming.once('end', () => {
    isOver = true;
    resolve(body);
  });
  incoming.once('error', reject);
  incoming.once('close', () => {
    if (!isOver) reject(new Error(`the body ended after ${filled} of ${length} bytes`));
  });
  return promise;
}
