/** `0-3,7` for 0, 1, 2, 3 and 7: partitions are mostly neighbours, and a group has many of them. */
export function encodeRanges(partitions: Iterable<number>): string {
  const sorted = Array.from(partitions).sort((a, b) => a - b);
  const ranges: string[] = [];
  for (let at = 0; at < sorted.length; ) {
    const first = sorted[at] ?? 0;
    let last = first;
    while (sorted[at + 1] === last + 1) {
      last += 1;
      at += 1;
    }
    ranges.push(first === last ? `${first}` : `${first}-${last}`);
    at += 1;
  }
  return ranges.join(',');
}

/** @throws Error when that is none of ours. */
export function decodeRanges(text: string): number[] {
  return text.split(',').flatMap((range) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
    if (first === undefined || Number(last) < Number(first))
      throw new Error(`not a range of partitions: ${range}`);
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => Number(first) + at);
  });
}
