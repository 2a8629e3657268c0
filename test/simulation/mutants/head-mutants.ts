import type { Mutant } from './mutant.ts';

/** Conditions of head operations, each left out. */
export const headMutants: readonly Mutant[] = [
  {
    name: 'append-without-epoch',
    what: 'an append lands under any epoch (I2)',
    edits: [
      {
        file: 'lib/storage/heads/append.ts',
        find: 'if (!(underCurrentEpoch && firstTime',
        replace: 'void underCurrentEpoch; if (!(firstTime',
      },
      {
        file: 'lib/log/append/sequence.ts',
        find: 'head.epoch === append.epoch,\n    `appended',
        replace: 'true,\n    `appended',
      },
    ],
  },
  {
    name: 'append-id-twice',
    what: 'an append id that the head holds already is taken once more (I2)',
    edits: [
      {
        file: 'lib/storage/heads/append.ts',
        find: '&& firstTime && objectIsSafe',
        replace: '&& objectIsSafe && (firstTime || true)',
      },
    ],
  },
  {
    name: 'append-without-barrier',
    what: 'an append may refer to an object that garbage collection has passed (I5)',
    edits: [
      {
        file: 'lib/storage/heads/append.ts',
        find: '&& objectIsSafe && inSequence',
        replace: '&& inSequence && (objectIsSafe || true)',
      },
      {
        file: 'lib/log/append/sequence.ts',
        find: 'head.barrier < append.objectId,\n    `barrier',
        replace: 'true,\n    `barrier',
      },
    ],
  },
  {
    name: 'append-without-sequence',
    what: "a producer's state may be another one than the append was decided on (I6)",
    edits: [
      {
        file: 'lib/storage/heads/append.ts',
        find: '&& objectIsSafe && inSequence',
        replace: '&& objectIsSafe && (inSequence || true)',
      },
    ],
  },
  {
    name: 'append-without-evictions',
    what: 'a producer that is not in the head may have been there since its item was read (I6)',
    edits: [
      {
        file: 'lib/storage/heads/append.ts',
        find: 'return state === undefined && head.evictions === seen.absentAtEvictions;',
        replace: 'return state === undefined;',
      },
    ],
  },
  {
    name: 'evictions-not-counted',
    what: 'the head does not count that producers left it (I6)',
    edits: [
      {
        file: 'lib/storage/heads/trim.ts',
        find: 'evictions: head.evictions + (evicted.size > 0 ? 1 : 0),',
        replace: 'evictions: head.evictions,',
      },
    ],
  },
  {
    name: 'trim-from-any-tail',
    what: 'a trim is done whatever the tail is (I4)',
    edits: [
      {
        file: 'lib/storage/heads/trim.ts',
        find: 'if (!(pageIsNext && nothingNewer))',
        replace: 'if (!(nothingNewer && (pageIsNext || true)))',
      },
    ],
  },
  {
    name: 'trim-takes-newer-producers',
    what: 'a producer leaves the head though its state is newer than what was written out (I6)',
    edits: [
      {
        file: 'lib/storage/heads/trim.ts',
        find: 'if (!(pageIsNext && nothingNewer))',
        replace: 'if (!(pageIsNext && (nothingNewer || true)))',
      },
    ],
  },
  {
    name: 'lead-from-any-epoch',
    what: 'two who take over at once both lead, under one epoch (I2)',
    edits: [
      {
        file: 'lib/storage/heads/lead.ts',
        find: 'epoch: asEpoch(head.epoch + 1)',
        replace: 'epoch: head.epoch',
      },
      {
        file: 'lib/log/append/fence.ts',
        find: "assertInvariant('I2', head.epoch > epoch,",
        replace: "assertInvariant('I2', true,",
      },
      {
        file: 'lib/log/append/fence.ts',
        find: 'const { head } = await metadata.lead({ partition, to: brokerId, seen: epoch });\n      if (head === undefined || head.deleted || head.epoch > epoch) return;',
        replace: 'await metadata.lead({ partition, to: brokerId, seen: epoch });\n      return;',
      },
    ],
  },
];
