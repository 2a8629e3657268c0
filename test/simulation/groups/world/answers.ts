import { KafkaError, type KafkaErrorName } from '../../../../lib/kafka/errors.ts';
import type { Reply } from '../../world/simulated-world.ts';

/** What clients ask a process for. */
export type Operation =
  | 'heartbeat'
  | 'commit'
  | 'fetch offsets'
  | 'poll'
  | 'send'
  | 'topic'
  | 'reset'
  | 'delete'
  | 'describe'
  | 'lags'
  | 'list';

type Names = readonly KafkaErrorName[];

/** What a client may hear of when stores and processes fail, and try again. */
const OF_FAULTS: Names = ['KAFKA_STORAGE_ERROR', 'REQUEST_TIMED_OUT', 'COORDINATOR_LOAD_IN_PROGRESS'];

/** What it may hear of besides, when members come and go under faults. */
const OF_FAULTS_AND: Partial<Record<Operation, Names>> = {
  send: ['THROTTLING_QUOTA_EXCEEDED'],
  heartbeat: ['UNKNOWN_MEMBER_ID', 'FENCED_MEMBER_EPOCH', 'GROUP_ID_NOT_FOUND', 'FENCED_INSTANCE_ID'],
  commit: ['STALE_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID', 'GROUP_ID_NOT_FOUND'],
  'fetch offsets': ['STALE_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID', 'GROUP_ID_NOT_FOUND'],
};

/** What it may hear of however well all is. */
const ALWAYS: Partial<Record<Operation, Names>> = {
  heartbeat: ['UNRELEASED_INSTANCE_ID'],
  // One that is to be made later.
  send: ['UNKNOWN_TOPIC_OR_PARTITION'],
  topic: ['TOPIC_ALREADY_EXISTS', 'INVALID_PARTITIONS', 'UNKNOWN_TOPIC_OR_PARTITION'],
  // A shift of what was never committed is no request that can be carried out. What had no answer, and cannot be
  // told any more because somebody has joined since, is in doubt.
  reset: ['NON_EMPTY_GROUP', 'GROUP_ID_NOT_FOUND', 'INVALID_REQUEST', 'REQUEST_TIMED_OUT'],
  delete: ['NON_EMPTY_GROUP', 'GROUP_ID_NOT_FOUND', 'REQUEST_TIMED_OUT'],
  describe: ['GROUP_ID_NOT_FOUND'],
  lags: ['GROUP_ID_NOT_FOUND'],
};

/** Looks at every answer: clients hear of what a fault explains, and of nothing else. */
export class Answers {
  readonly #deps: { readonly problem: (fact: string) => void; readonly isCalm: () => boolean };

  constructor(deps: { problem: (fact: string) => void; isCalm: () => boolean }) {
    this.#deps = deps;
  }

  /**
   * @param wasCalm Nothing was wrong from when the request was sent on.
   * @param alsoOk What this client may hear of, whatever is wrong.
   */
  check(
    who: string,
    operation: Operation,
    reply: Reply<unknown>,
    wasCalm: boolean,
    alsoOk: Names = [],
  ): void {
    const { problem } = this.#deps;
    if (reply.kind === 'answer') return;
    if (reply.kind === 'no answer') {
      if (wasCalm) problem(`no answer: ${who} had none to ${operation}, and nothing was wrong`);
      return;
    }
    const { error } = reply;
    if (!(error instanceof KafkaError)) {
      problem(`bug: ${who} hit one of ${operation}: ${describe(error)}`);
      return;
    }
    const always = [...(ALWAYS[operation] ?? []), ...alsoOk];
    const expected = wasCalm ? always : [...always, ...OF_FAULTS, ...(OF_FAULTS_AND[operation] ?? [])];
    if (!expected.includes(error.error))
      problem(`unexpected error: ${who} heard ${error.error} of ${operation}: ${error.message}`);
  }

  get isCalm(): boolean {
    return this.#deps.isCalm();
  }
}

const describe = (error: unknown): string => (error instanceof Error ? String(error.stack) : String(error));
