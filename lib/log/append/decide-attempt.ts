import { KafkaError } from '../../kafka/errors.ts';
import { NotDoneError } from '../../storage/errors.ts';
import type { HeadAppend } from '../../storage/head.ts';
import type { AppendOutcome } from '../../storage/metadata-store.ts';
import type { AttemptOutcome } from './attempt.ts';
import { decideRefusal } from './decide-refusal.ts';
import { notLeader } from './sequence.ts';

/** What a head's answer means for the attempt. */
export function decideAttempt(outcome: AppendOutcome, append: HeadAppend, brokerId: number): AttemptOutcome {
  if (outcome instanceof NotDoneError) return { kind: 'notDone', error: outcome };
  if (outcome instanceof Error) return { kind: 'open' };
  if (outcome.kind === 'done') {
    const own = outcome.head.entries.find(({ appendId }) => appendId === append.appendId);
    if (own === undefined) throw new Error(`append ${append.appendId} is done, but not in the head`);
    return { kind: 'done', base: own.base };
  }
  const decision = decideRefusal(outcome.head, append, brokerId);
  switch (decision.kind) {
    case 'done':
      return { kind: 'done', base: decision.base };
    case 'gone':
      return { kind: 'failed', error: topicDeleted() };
    case 'moved':
      return { kind: 'failed', error: notLeader(decision.leader) };
    case 'again':
      return { kind: 'open' };
  }
}

export const topicDeleted = (): KafkaError =>
  new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', 'The topic was deleted.');
