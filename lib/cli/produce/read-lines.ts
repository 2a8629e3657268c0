import { CliError } from '../cli-error.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A line without its end, in the bytes it came in, and its number from 1 on. */
export interface Line {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/**
 * The lines of a stream, which end with `\n` or `\r\n`; the last one may end with the stream.
 *
 * @throws CliError when a line is longer than `bytesMax`.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Line> {
  let number = 0;
  let parts: Uint8Array[] = [];
  let partsBytes = 0;

  const cut = (last: Uint8Array): Line => {
    const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    partsBytes = 0;
    if (bytes.length > bytesMax) throw tooLong();
    number++;
    const hasReturn = bytes.at(-1) === CARRIAGE_RETURN;
    return { number, bytes: hasReturn ? bytes.subarray(0, -1) : bytes };
  };
  const tooLong = (): CliError => new CliError(`line ${number + 1} is longer than ${bytesMax} bytes`);

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield cut(chunk.subarray(start, end));
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    if (rest.length > 0) parts.push(rest);
    partsBytes += rest.length;
    if (partsBytes > bytesMax) throw tooLong();
  }
  if (partsBytes > 0) yield cut(new Uint8Array());
}
