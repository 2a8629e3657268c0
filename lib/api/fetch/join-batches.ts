/**
 * Batches as one run of bytes. Those that lie side by side in memory, as the batches of one slice do, are not
 * copied: the answer is then a view of what the log caches, and must not be written to.
 */
export function joinBatches(batches: readonly Uint8Array[]): Uint8Array {
  const [first] = batches;
  if (first === undefined) return new Uint8Array(0);
  let end = first.byteOffset;
  for (const { buffer, byteOffset, length } of batches) {
    if (buffer !== first.buffer || byteOffset !== end) return Buffer.concat(batches);
    end += length;
  }
  return new Uint8Array(first.buffer, first.byteOffset, end - first.byteOffset);
}
