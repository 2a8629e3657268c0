import { evictions, producerEpochs } from '../configurations/evictions.ts';
import type { Mutant } from './mutant.ts';
import { patch } from './patch-source.ts';

const ROLL = 'log/roll.ts';
const KNOWN_PRODUCERS = 'log/append/known-producers.ts';
const SETTLE_SLICE = 'log/append/settle-slice.ts';

/** What a roll does with producers, and what an append looks up of them. */
export const producerMutants: readonly Mutant[] = [
  {
    name: 'producer-state-lost',
    about: 'a producer leaves the head without being written out',
    patches: [
      patch(
        ROLL,
        `    await metadata.write(
      evict.map(({ producerId, written, item }) => putState(partition, producerId, written, item)),
    );
`,
        '',
      ),
    ],
    configuration: evictions,
  },
  {
    name: 'producer-write-unknown-counts',
    about: 'a producer whose write-out got no answer leaves the head',
    patches: [
      patch(
        ROLL,
        'if (error instanceof RefusedError || error instanceof UnknownOutcomeError) return [];',
        `if (error instanceof RefusedError) return [];
    if (error instanceof UnknownOutcomeError) return evict.map(({ producerId, written }) => ({ producerId, written }));`,
      ),
    ],
    configuration: evictions,
  },
  {
    name: 'producer-write-refused-counts',
    about: 'a producer whose write-out was refused leaves the head',
    patches: [
      patch(
        ROLL,
        'if (error instanceof RefusedError || error instanceof UnknownOutcomeError) return [];',
        `if (error instanceof UnknownOutcomeError) return [];
    if (error instanceof RefusedError) return evict.map(({ producerId, written }) => ({ producerId, written }));`,
      ),
    ],
    configuration: evictions,
  },
  {
    name: 'older-state-over-newer',
    about: "a producer's state is written out whatever its item's version is",
    patches: [
      patch(
        ROLL,
        "condition: item === undefined ? ('absent' as const) : { version: item.version },",
        "condition: 'none' as const,",
      ),
    ],
    configuration: evictions,
  },
  {
    name: 'stale-state-at-eviction',
    about: "the head's state is read before the item's version",
    patches: [
      patch(
        ROLL,
        '  const head = await metadata.getHead(partition);\n  if (head === undefined || head.deleted) return [];\n',
        '  const head = seen;\n',
      ),
    ],
    configuration: evictions,
  },
  {
    name: 'producer-item-before-head',
    about: "the evictions that an append asks for are those of a head read after the producer's item",
    patches: [
      patch(
        KNOWN_PRODUCERS,
        '  absent.forEach((producerId, index) => {',
        `  const later = (await metadata.getHead(partition)) ?? head;
  absent.forEach((producerId, index) => {`,
      ),
      patch(
        KNOWN_PRODUCERS,
        '{ absentAtEvictions: head.evictions }',
        '{ absentAtEvictions: later.evictions }',
      ),
    ],
    configuration: evictions,
  },
  {
    name: 'batch-may-stand-forgotten',
    about: 'a batch of an idempotent producer forgets that an attempt got no answer',
    patches: [patch(SETTLE_SLICE, 'if (mayStand) for (const batch of batches) batch.mayStand = true;', '')],
    configuration: producerEpochs,
  },
];
