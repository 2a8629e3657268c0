import type { Mutant } from './mutant.ts';

/** Steps of the append protocol, left out, done in another order, or taken for something else. */
export const appendMutants: readonly Mutant[] = [
  {
    name: 'sequence-before-upload',
    what: 'heads refer to the object while it is still being uploaded (I4)',
    edits: [
      {
        file: 'lib/log/append/flush.ts',
        find: 'if (!inline) await upload(deps, slices, intake);',
        replace: 'if (!inline) void upload(deps, slices, intake).catch(() => undefined);',
      },
    ],
  },
  {
    name: 'answer-before-commit',
    what: 'producers hear of their offsets before the heads have answered (I3)',
    edits: [
      {
        file: 'lib/log/append/flush.ts',
        find: '    const outcomes = await deps.metadata.append({\n',
        replace:
          "    for (const { slice, entry } of planned) for (const { batch, offsetDelta } of slice.plan.accepted) batch.settle({ kind: 'appended', baseOffset: (slice.head.next + offsetDelta) as never, leaderEpoch: entry.leaderEpoch });\n    const outcomes = await deps.metadata.append({\n",
      },
    ],
  },
  {
    name: 'unknown-is-sent-again',
    what: 'an append without an answer is taken for one that failed, and is sent again (I2)',
    edits: [
      {
        file: 'lib/log/append/sequence.ts',
        find: 'if (outcome instanceof UnknownOutcomeError) return settleUnknown(deps, slice, append);',
        replace:
          "if (outcome instanceof UnknownOutcomeError) return { kind: 'again', head: undefined, backOff: true };",
      },
    ],
  },
  {
    name: 'unknown-is-a-failure',
    what: 'of an append without an answer its producer hears that nothing was written (I3)',
    edits: [
      {
        file: 'lib/log/append/sequence.ts',
        find: 'if (outcome instanceof UnknownOutcomeError) return settleUnknown(deps, slice, append);',
        replace:
          "if (outcome instanceof UnknownOutcomeError) return { kind: 'failed', error: storageError(outcome) };",
      },
    ],
  },
  {
    name: 'mixed-batches-are-sent-again',
    what: 'an append without an answer is not fenced if only some of its batches are idempotent (I2)',
    edits: [
      {
        file: 'lib/log/append/sequence.ts',
        find: 'slice.plan.accepted.every((',
        replace: 'slice.plan.accepted.some((',
      },
    ],
  },
  {
    name: 'look-without-fence',
    what: 'an append without an answer is looked for, but can still come (I2)',
    edits: [
      {
        file: 'lib/log/append/fence.ts',
        find: '  await fence(deps, attempt);\n',
        replace: '  void fence;\n',
      },
      {
        file: 'lib/log/append/fence.ts',
        find: "assertInvariant('I2', head.epoch > epoch,",
        replace: "assertInvariant('I2', true,",
      },
    ],
  },
  {
    name: 'fence-trusts-no-answer',
    what: 'a fence whose own answer is unknown counts as done (I2)',
    edits: [
      {
        file: 'lib/log/append/fence.ts',
        find: '      // A fence whose own answer is unknown counts only',
        replace: '      return;\n      // A fence whose own answer is unknown counts only',
      },
      {
        file: 'lib/log/append/fence.ts',
        find: "assertInvariant('I2', head.epoch > epoch,",
        replace: "assertInvariant('I2', true,",
      },
    ],
  },
  {
    name: 'look-nowhere',
    what: 'an append without an answer is fenced and sent again, without a look for its append id (I2)',
    edits: [
      {
        file: 'lib/log/append/find-append.ts',
        find: 'if (inHead !== undefined) return inHead.base;',
        replace: 'if (inHead !== undefined || true) return undefined;',
      },
    ],
  },
  {
    name: 'look-only-in-the-head',
    what: 'an append without an answer is not looked for in the pages (I2)',
    edits: [
      {
        file: 'lib/log/append/find-append.ts',
        find: 'if (head.tail <= nextBefore) return undefined;',
        replace: 'if (head.tail <= nextBefore || true) return undefined;',
      },
    ],
  },
  {
    name: 'own-append-refused',
    what: 'a refused append that the head holds already is sent again (I2)',
    edits: [
      {
        file: 'lib/log/append/decide-refusal.ts',
        find: 'if (own !== undefined) return',
        replace: 'if (own !== undefined && Number.isNaN(own.base)) return',
      },
    ],
  },
  {
    name: 'object-deleted-when-unknown',
    what: 'the writer removes an object whose append gave no answer (I4)',
    edits: [
      {
        file: 'lib/log/append/flush.ts',
        find: '    sequenced = planned.map((one, index) => {\n',
        replace:
          "    if (!inline && outcomes.some(({ kind }) => kind === 'unknown')) await deps.objects.delete(['intake/' + objectId]).catch(() => undefined);\n    sequenced = planned.map((one, index) => {\n",
      },
    ],
  },
  {
    name: 'upload-shares-its-bytes',
    what: 'offsets are written into bytes that an upload, given up, is still reading (I3)',
    edits: [
      {
        file: 'lib/log/append/flush.ts',
        find: '  if (!repeated) return;\n',
        replace: '  if (!repeated || true) return;\n',
      },
    ],
  },
  {
    name: 'repeat-not-remembered',
    what: 'a batch that a producer repeats is taken for one out of sequence (I6)',
    edits: [
      {
        file: 'lib/log/append/decide-batch.ts',
        find: 'if (base === batch.baseSequence && count === batch.count) return true;',
        replace: 'if (base === batch.baseSequence && count < batch.count) return true;',
      },
    ],
  },
  {
    name: 'sequence-gap-accepted',
    what: 'a batch is taken though one before it is missing (I6)',
    edits: [
      {
        file: 'lib/log/append/decide-batch.ts',
        find: 'return batch.baseSequence === expected ?',
        replace: 'return batch.baseSequence >= expected ?',
      },
    ],
  },
  {
    name: 'overtaken-in-the-lane',
    what: 'a flush that was uploaded ahead is sequenced though one before it came back (order)',
    edits: [
      {
        file: 'lib/log/append/flush.ts',
        find: 'if (departure.isNext()) due.push(',
        replace: 'if (departure.isNext() || true) due.push(',
      },
    ],
  },
  {
    name: 'slow-clock-names-old-objects',
    what: 'a slow clock names objects that garbage collection has passed, for ever (I5)',
    edits: [
      {
        file: 'lib/log/object-ids.ts',
        find: "if (barrier !== '') this",
        replace: "if (barrier === 'never') this",
      },
    ],
  },
];
