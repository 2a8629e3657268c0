/**
 * What the model drives: the real procedures of `lib/log` and the real operations on a head. A mutant is this
 * module, and all of `lib/` behind it, loaded once more with one of its sources changed.
 */

export { entriesFrom } from '../../../lib/log/index/entries.ts';
export { readUnderHead } from '../../../lib/log/index/index-moved.ts';
export { openPartitionLogs } from '../../../lib/log/partition-logs.ts';
export { roll } from '../../../lib/log/roll.ts';
export { RefusedError, UnknownOutcomeError } from '../../../lib/storage/errors.ts';
export { applyAppend } from '../../../lib/storage/heads/append.ts';
export { applyLead } from '../../../lib/storage/heads/lead.ts';
export { applyRaiseBarrier } from '../../../lib/storage/heads/raise-barrier.ts';
export { applyTrim } from '../../../lib/storage/heads/trim.ts';
