import { append, pipeline } from '../configurations/append.ts';
import type { Mutant } from './mutant.ts';
import { patch } from './patch-source.ts';

const FENCE = 'log/append/fence.ts';
const FIND = 'log/append/find-append.ts';
const FLUSH = 'log/append/flush.ts';
const SEQUENCE = 'log/append/sequence.ts';

/** The look asserts that the fence came before it; a mutant that forgets the one forgets the other. */
const withoutAssertion = patch(
  FENCE,
  "assertInvariant('I2', head.epoch > epoch,",
  "assertInvariant('I2', true,",
);

const UNKNOWN = 'if (outcome instanceof UnknownOutcomeError) return settleUnknown(deps, slice, append);';

/** The steps of an append. */
export const appendMutants: readonly Mutant[] = [
  {
    name: 'sequence-before-upload',
    about: 'the head refers to the intake before it is uploaded',
    patches: [
      patch(FLUSH, 'if (!inline) await upload(deps, slices, intake);', ''),
      patch(
        FLUSH,
        'if (due.length > 0) await sequence(deps, due, kept);',
        `if (due.length > 0) await sequence(deps, due, kept);
  await upload(deps, slices, kept.intake);`,
      ),
    ],
    configuration: append,
  },
  {
    name: 'flush-overtakes',
    about: 'a flush does not wait for what left its partition before it',
    patches: [
      patch('log/append/lane.ts', 'isNext: () => this.#flying[0] === flying,', 'isNext: () => true,'),
    ],
    configuration: pipeline,
  },
  {
    name: 'unknown-counts-as-done',
    about: 'no answer is taken for done',
    patches: [
      patch(
        SEQUENCE,
        UNKNOWN,
        `if (outcome instanceof UnknownOutcomeError)
        return { kind: 'committed', base: slice.head.next, head: slice.head };`,
      ),
    ],
    configuration: append,
  },
  {
    name: 'unknown-counts-as-failed',
    about: 'an append without an answer is sent again',
    patches: [
      patch(
        SEQUENCE,
        UNKNOWN,
        `if (outcome instanceof UnknownOutcomeError)
        return { kind: 'again', head: undefined, backOff: true };`,
      ),
    ],
    configuration: append,
  },
  {
    name: 'look-without-fence',
    about: 'an append without an answer is looked for, but not fenced',
    patches: [patch(FENCE, '  await fence(deps, attempt);\n', ''), withoutAssertion],
    configuration: append,
  },
  {
    name: 'unknown-fence-counts',
    about: 'a fence without an answer is taken for done',
    patches: [
      patch(
        FENCE,
        'const head = await retryRepeatable(runtime, () => metadata.getHead(partition));',
        'return;',
      ),
      patch(
        FENCE,
        `      if (head === undefined || head.deleted || head.epoch > epoch) return;
    }
    await`,
        '    }\n    await',
      ),
      withoutAssertion,
    ],
    configuration: append,
  },
  {
    name: 'no-look',
    about: 'after the fence an append is sent again without a look',
    patches: [
      patch(FIND, 'if (inHead !== undefined) return', 'if (appendId === undefined) return'),
      patch(FIND, 'if (head.tail <= nextBefore) return', 'if (head !== undefined) return'),
    ],
    configuration: append,
  },
  {
    name: 'look-only-in-head',
    about: 'after the fence the append id is looked for in the head alone',
    patches: [patch(FIND, 'if (head.tail <= nextBefore) return', 'if (head !== undefined) return')],
    configuration: append,
  },
  {
    name: 'look-only-in-pages',
    about: 'after the fence the append id is looked for in the pages alone',
    patches: [
      patch(FIND, 'if (inHead !== undefined) return', 'if (appendId === undefined) return'),
      patch(
        FIND,
        'entriesFrom(metadata, partition, head, nextBefore)) {',
        `entriesFrom(metadata, partition, head, nextBefore)) {
    if (run.some(({ base }) => base >= head.tail)) break;`,
      ),
    ],
    configuration: append,
  },
  {
    name: 'look-in-pages-before-head',
    about: 'the look reads the pages under one head, and the entries of a later one',
    patches: [
      patch(
        FIND,
        `  const inHead = head.entries.find((entry) => entry.appendId === appendId);
  if (inHead !== undefined) return inHead.base;
`,
        '',
      ),
      patch(FIND, '  if (head.tail <= nextBefore) return undefined;\n', ''),
      patch(
        FIND,
        'for await (const run of entriesFrom(metadata, partition, head, nextBefore)) {',
        `for await (const run of head.tail <= nextBefore ? [] : entriesFrom(metadata, partition, head, nextBefore)) {
    if (run.some(({ base }) => base >= head.tail)) break;`,
      ),
      patch(
        FIND,
        `  }
  return undefined;
}`,
        `  }
  const later = await metadata.getHead(partition) ?? head;
  const inHead = later.entries.find((entry) => entry.appendId === appendId);
  if (inHead !== undefined) return inHead.base;
  return undefined;
}`,
      ),
    ],
    configuration: append,
  },
];
