import type { AppendId } from '../storage/head.ts';
import type { Runtime } from './runtime.ts';

const APPEND_ID_BYTES = 8;

/** A name for one append that nobody else draws. */
export function newAppendId(runtime: Runtime): AppendId {
  return Buffer.from(runtime.randomBytes(APPEND_ID_BYTES)).toString('base64url');
}
