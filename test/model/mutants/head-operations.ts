import { append, repeats, repeatsAndRoll, rolls } from '../configurations/append.ts';
import { evictions } from '../configurations/evictions.ts';
import { garbage } from '../configurations/garbage.ts';
import type { Mutant } from './mutant.ts';
import { patch } from './patch-source.ts';

const APPEND = 'storage/heads/append.ts';
const TRIM = 'storage/heads/trim.ts';

/** What an appender asserts of its answer would tell first; a mutant shows what is lost without. */
const SEQUENCE = 'log/append/sequence.ts';
const withoutEpochAssertion = patch(SEQUENCE, 'head.epoch === append.epoch,', 'true,');
const withoutBarrierAssertion = patch(SEQUENCE, 'head.barrier < append.objectId,', 'true,');

/** The home in DynamoDB asserts nothing about the head that an update makes, so neither does a mutant. */
const withoutAssertion = patch('storage/heads/outcome.ts', '  assertHead(head);\n', '');

/** The conditions of `append`, one dropped at a time. */
const appendMutants: readonly Mutant[] = [
  {
    name: 'append-under-any-epoch',
    about: 'an append does not ask for the epoch',
    patches: [patch(APPEND, 'head.epoch === append.epoch;', 'true;'), withoutEpochAssertion],
    configuration: append,
  },
  {
    name: 'append-id-again',
    about: 'an append does not ask whether its id is there',
    patches: [patch(APPEND, '!head.entries.some((entry) => entry.appendId === append.appendId);', 'true;')],
    configuration: append,
    belt: 'a head operation is sent once, so no id comes twice',
  },
  {
    name: 'append-id-again-under-repeats',
    about: 'the same, where something below us sends requests twice',
    patches: [patch(APPEND, '!head.entries.some((entry) => entry.appendId === append.appendId);', 'true;')],
    configuration: repeats,
  },
  {
    name: 'append-sent-twice-below-us',
    about: 'something below us sends an append twice, with a roll in between',
    patches: [],
    configuration: repeatsAndRoll,
  },
  {
    name: 'append-behind-the-barrier',
    about: 'an append does not ask for the barrier',
    patches: [patch(APPEND, 'head.barrier < append.objectId;', 'true;'), withoutBarrierAssertion],
    configuration: garbage,
  },
  {
    name: 'append-on-another-state',
    about: "an append does not ask for the producer's state",
    patches: [patch(APPEND, 'state !== undefined && sameBytes(state, seen);', 'state !== undefined;')],
    configuration: evictions,
  },
  {
    name: 'append-though-producer-is-back',
    about: 'an append that saw no producer does not ask whether there is one now',
    patches: [patch(APPEND, 'state === undefined && head.evictions', 'head.evictions')],
    configuration: evictions,
  },
  {
    name: 'append-after-evictions',
    about: 'an append that saw no producer does not ask whether one left since',
    patches: [
      patch(
        APPEND,
        'state === undefined && head.evictions === seen.absentAtEvictions;',
        'state === undefined;',
      ),
    ],
    configuration: evictions,
  },
];

/** The conditions of the other operations. */
const otherMutants: readonly Mutant[] = [
  {
    name: 'trim-from-any-tail',
    about: 'a trim does not ask whether the tail is where its page begins',
    patches: [patch(TRIM, 'head.tail === trim.from;', 'true;'), withoutAssertion],
    configuration: rolls,
  },
  {
    name: 'evict-a-newer-state',
    about: 'a trim does not ask whether the state that it takes out is the one that was written',
    patches: [patch(TRIM, 'state !== undefined && sameBytes(state, written);', 'state !== undefined;')],
    configuration: evictions,
  },
  {
    name: 'eviction-not-counted',
    about: 'a trim that takes out producers does not count it',
    patches: [patch(TRIM, '(evicted.size > 0 ? 1 : 0)', '0')],
    configuration: evictions,
  },
  {
    name: 'lead-over-any-epoch',
    about: 'a take-over does not ask for the epoch that it saw',
    patches: [patch('storage/heads/lead.ts', 'head.epoch === lead.seen;', 'true;')],
    configuration: append,
    belt: 'within one broker: an epoch that rises more often than needed only refuses more',
  },
  {
    name: 'barrier-falls',
    about: 'a barrier may be set below the one that stands',
    patches: [patch('storage/heads/raise-barrier.ts', 'head.barrier < id;', 'true;')],
    configuration: garbage,
  },
];

export const headOperationMutants: readonly Mutant[] = [...appendMutants, ...otherMutants];
