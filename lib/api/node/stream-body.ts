import type { IncomingMessage } from 'node:http';

/**
 * A body piece by piece, as it comes in. Throws when the connection ends before the body does.
 *
 * A reader may stop early, and the connection can still take an answer and further requests: what is left of the body
 * is dropped as it comes, for as long as a request may take.
 */
export async function* streamBody(incoming: IncomingMessage): AsyncGenerator<Uint8Array, void> {
  const pieces: AsyncIterable<Buffer> = incoming.iterator({ destroyOnReturn: false });
  try {
    yield* pieces;
  } finally {
    // Node takes a body off the wire by itself only when nobody has begun to read it.
    incoming.resume();
  }
}
