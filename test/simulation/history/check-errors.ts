import type { Report } from './anomaly.ts';
import type { CheckOptions } from './check-history.ts';
import type { History } from './history.ts';

/** Errors that clients may hear of, and try again. */
const EXPECTED_OF_WRITES = ['KAFKA_STORAGE_ERROR', 'NOT_LEADER_OR_FOLLOWER', 'THROTTLING_QUOTA_EXCEEDED'];
const EXPECTED_OF_POLLS = ['KAFKA_STORAGE_ERROR', 'OFFSET_OUT_OF_RANGE'];
/** Where the leader changes, a producer hears of it, whatever else happens. */
const EXPECTED_IF_MILD = ['NOT_LEADER_OR_FOLLOWER'];

/** Clients hear of what a fault explains, and of nothing else. */
export function checkErrors({ writes, polls }: History, { isMild }: CheckOptions, report: Report): void {
  const expected = isMild ? EXPECTED_IF_MILD : EXPECTED_OF_WRITES;
  for (const { client, values, outcome, producer } of writes) {
    if (outcome.kind === 'failed' && !expected.includes(outcome.error))
      report('unexpected error', `${client} heard ${outcome.error} of ${values}`);
    // An idempotent producer that went on under another epoch does not wait for its answers.
    if (isMild && outcome.kind === 'unknown' && producer === undefined)
      report('unexpected error', `${client} heard nothing of ${values}`);
  }
  for (const { client, partition, offset, outcome } of polls) {
    if (outcome.kind === 'ok') continue;
    const isDamage = outcome.message.includes('damaged');
    if (isDamage || !EXPECTED_OF_POLLS.includes(outcome.error))
      report(
        'unexpected error',
        `${client} heard of partition ${partition} at ${offset}: ${outcome.message}`,
      );
  }
}
