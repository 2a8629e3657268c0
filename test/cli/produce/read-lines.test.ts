import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLines } from '../../../lib/cli/produce/read-lines.ts';

async function* streamOf(chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function linesOf(chunks: readonly string[], bytesMax = 100): Promise<string[]> {
  const lines = await Array.fromAsync(readLines(streamOf(chunks), bytesMax));
  expect(lines.map(({ number }) => number)).toEqual(lines.map((_, at) => at + 1));
  return lines.map(({ bytes }) => Buffer.from(bytes).toString());
}

test.each([
  ['nothing', [], []],
  ['one line', ['a\n'], ['a']],
  ['a last line without an end', ['a\nb'], ['a', 'b']],
  ['empty lines', ['\n\na\n'], ['', '', 'a']],
  ['line ends of Windows', ['a\r\nb\r\n'], ['a', 'b']],
  ['a carriage return in a line', ['a\rb\n'], ['a\rb']],
  ['a line end cut in two', ['a\r', '\nb\n'], ['a', 'b']],
  ['a line in many pieces', ['a', 'b', 'c\nd', '\n'], ['abc', 'd']],
])('%s', async (_what, chunks, lines) => {
  expect(await linesOf(chunks)).toEqual(lines);
});

test('it does not matter how a stream is cut', async () => {
  const piece = fc.array(fc.constantFrom('a', 'é', '\n', '\r\n'), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 10 }), async (pieces) => {
      const chunks = pieces.map((characters) => characters.join(''));
      expect(await linesOf(chunks, 10_000)).toEqual(await linesOf([chunks.join('')], 10_000));
    }),
  );
});

test('a line may be as long as the bound, and no longer', async () => {
  expect(await linesOf(['x'.repeat(100), '\n'])).toHaveLength(1);
  await expect(linesOf(['a\n', 'x'.repeat(101), '\n'])).rejects.toThrow('line 2 is longer than 100 bytes');
  await expect(linesOf([`${'x'.repeat(101)}\n`])).rejects.toThrow('line 1 is longer than 100 bytes');
});
