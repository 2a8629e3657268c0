/** What counts as one piece of RE2's syntax: quoted text, an escape, a class, how a group opens, how often, or a letter. */
const PIECE = new RegExp(
  [
    String.raw`\\Q(?<quoted>.*?)(?:\\E|$)`,
    String.raw`\\[pPx]\{[^}]*\}|\\.`,
    String.raw`\[\^?\]?(?:\\.|\[:[^\]]*:\]|[^\]\\])*\]`,
    String.raw`\((?:\?(?:P?<[^>]*>|[a-zA-Z-]*:?))?`,
    String.raw`\{(?<min>\d+)(?:,(?<max>\d*))?\}`,
    '.',
  ].join('|'),
  'gsu',
);

/**
 * About how many instructions a pattern becomes, for RE2 writes repetitions out: some 55 for `(a{8}b){5}`. It is read
 * off the text, before anything is built: a pattern of a thousand characters can become a million instructions.
 */
export function writtenOutSize(pattern: string): number {
  let size = 0;
  /** The size before the piece or group that a repetition would repeat. */
  let start = 0;
  const groups: number[] = [];
  for (const { 0: piece, groups: part } of pattern.matchAll(PIECE)) {
    const times = part?.max || part?.min;
    if (times !== undefined) {
      size = start + (size - start) * Math.max(1, Number(times));
    } else if (piece === ')') {
      start = groups.pop() ?? size;
      size += 1;
    } else {
      if (piece.startsWith('(')) groups.push(size);
      start = size;
      size += part?.quoted?.length ?? 1;
    }
  }
  return size;
}
