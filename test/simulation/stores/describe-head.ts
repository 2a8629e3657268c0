import type { Head } from '../../../lib/storage/head.ts';

/** One line for traces. */
export function describeHead(head: Head | undefined): string {
  if (head === undefined) return 'no head';
  const { leader, epoch, start, tail, next, entries, producers } = head;
  const offsets = `${start > 0 ? `start ${start} ` : ''}tail ${tail} next ${next}`;
  return `leader ${leader} epoch ${epoch} ${offsets} (${entries.length} entries, ${producers.size} producers)`;
}
