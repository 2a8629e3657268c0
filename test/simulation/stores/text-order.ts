/** Compares two texts by their UTF-8 bytes, as stores sort keys; JavaScript compares by UTF-16, which differs. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates stand for characters above all others. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** The index of the first text that is not below `text`; `texts` are sorted. */
export function firstNotBelow(texts: readonly string[], text: string): number {
  let [low, high] = [0, texts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(texts[middle] ?? '', text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
