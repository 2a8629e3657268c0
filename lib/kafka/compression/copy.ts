/** Below this many bytes a loop is faster than a call. */
const LOOP_BYTES_MAX = 24;

/** Copies literals. Both ranges lie within their arrays. */
export function copyLiteral(
  from: Uint8Array,
  at: number,
  to: Uint8Array,
  start: number,
  length: number,
): void {
  if (length > LOOP_BYTES_MAX) {
    to.set(from.subarray(at, at + length), start);
    return;
  }
  for (let index = 0; index < length; index++) to[start + index] = from[at + index] as number;
}

/**
 * Repeats what was written `distance` bytes ago. The ranges may overlap: a distance shorter than the length
 * repeats a pattern, and each round doubles what there is of it. All of it lies within `bytes`.
 */
export function copyMatch(bytes: Uint8Array, start: number, distance: number, length: number): void {
  if (length <= LOOP_BYTES_MAX) {
    for (let at = start; at < start + length; at++) bytes[at] = bytes[at - distance] as number;
    return;
  }
  const from = start - distance;
  let copied = 0;
  while (copied < length) {
    const run = Math.min(length - copied, distance + copied);
    bytes.copyWithin(start + copied, from, from + run);
    copied += run;
  }
}
