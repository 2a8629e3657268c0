import assert from 'node:assert/strict';
import type { ByteRange } from './object-store.ts';

const KEY = /^(?!\.{1,2}(?:\/|$))[0-9A-Za-z._-]+(?:\/(?!\.{1,2}(?:\/|$))[0-9A-Za-z._-]+)*$/;
const KEY_BYTES_MAX = 1024;
const SEGMENT_BYTES_MAX = 255;
const LIST_LIMIT_MAX = 1000;

/** The limits that every home keeps (S3's, and those of file names). Passing one is a caller's bug. */
export function assertObjectKey(key: string): void {
  assert(key.length <= KEY_BYTES_MAX && KEY.test(key), `not an object key: ${key}`);
  if (key.length <= SEGMENT_BYTES_MAX) return;
  for (const segment of key.split('/'))
    assert(segment.length <= SEGMENT_BYTES_MAX, `not an object key: ${key}`);
}

export function assertRange({ position, length }: ByteRange): void {
  assert(Number.isSafeInteger(position) && position >= 0, `a range from ${position}`);
  assert(Number.isSafeInteger(length) && length >= 1, `a range of ${length} bytes`);
}

export function assertListLimit(limit: number): void {
  assert(Number.isInteger(limit) && limit >= 1 && limit <= LIST_LIMIT_MAX, `a limit of ${limit}`);
}
