import { isAscii, isUtf8 } from 'node:buffer';
import { ApiError, badRequest, bodyTooLarge } from '../errors/api-error.ts';
import type { HostBindings } from '../host.ts';

const UTF8_BOM = '\uFEFF';

/** A client can say that a body is long and send nothing; up to here memory is set aside at its word. */
const TAKEN_AT_WORD_BYTES_MAX = 1024 * 1024;

/** Their `Request` carries no body (Fetch §5.4). What the client sent nevertheless, only the host can tell. */
const BODILESS_METHODS: readonly string[] = ['GET', 'HEAD'];

/**
 * Reads a body, at most `bytesMax` of it: one that says that it is longer is refused before it is read, one
 * that does not say is refused as soon as it is. On a GET it is what the host passes along; empty where that is nothing.
 *
 * @throws ApiError 413; 400 when the client goes away before it is whole.
 */
export async function readBody(request: Request, host: HostBindings, bytesMax: number): Promise<Buffer> {
  const length = request.headers.get('content-length');
  const isWhole = length !== null && !request.headers.has('transfer-encoding');
  if (isWhole && Number(length) > bytesMax) throw bodyTooLarge(bytesMax);
  try {
    if (BODILESS_METHODS.includes(request.method))
      return await readPieces(host.streamBody?.() ?? [], bytesMax);
    if (!isWhole) return await readPieces(request.body ?? [], bytesMax);
    const bytes = Number(length);
    if (host.readBody && bytes <= TAKEN_AT_WORD_BYTES_MAX) return await host.readBody(bytes);
    // Where bodies are not read by the host itself, this is several times as fast as the stream.
    return Buffer.from(await request.arrayBuffer());
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw badRequest('The request body broke off.');
  }
}

/** @throws ApiError 413. */
async function readPieces(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  bytesMax: number,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > bytesMax) throw bodyTooLarge(bytesMax);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, bytes);
}

/** The text of a JSON body. @throws ApiError 400 when it is not UTF-8. */
export function textOf(body: Buffer): string {
  if (isAscii(body)) return body.toString('latin1'); // the same text, in a fraction of the time
  if (!isUtf8(body)) throw badRequest('The request body is not UTF-8.');
  const text = body.toString('utf8');
  return text.startsWith(UTF8_BOM) ? text.slice(1) : text;
}

/** @throws ApiError 400 when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`The request body is not JSON: ${(error as Error).message}`);
  }
}
