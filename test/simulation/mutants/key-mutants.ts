import type { Mutant } from './mutant.ts';

const APPEND_PARTITION = 'lib/log/idempotency/append-partition.ts';
const REPEATABLE = 'lib/log/idempotency/repeatable-appends.ts';

/** Steps of a request under an idempotency key, left out or cut short. */
export const keyMutants: readonly Mutant[] = [
  {
    name: 'key-adopts-epoch',
    what: 'an attempt that was refused goes out again under the epoch that it found, instead of leading itself (I2)',
    edits: [
      {
        file: APPEND_PARTITION,
        find: 'isOpen = true;\n      head = undefined;',
        replace: 'isOpen = true;\n      head = await deps.metadata.getHead(partition);',
      },
    ],
  },
  {
    name: 'key-repeat-is-first',
    what: 'a repeat that finds no offsets appends at once, as if nobody had (I2)',
    edits: [
      { file: REPEATABLE, find: "batches, kind === 'begun' ? heads : []);", replace: 'batches, heads);' },
    ],
  },
  {
    name: 'key-draws-again',
    what: 'a repeat draws append ids of its own (I2)',
    edits: [
      {
        file: REPEATABLE,
        find: 'const sought = { partition: { topicId, partition }, appendId, nextBefore };',
        replace:
          "const drawn = kind === 'begun' ? appendId : newAppendId(this.#deps.runtime);\n        const sought = { partition: { topicId, partition }, appendId: drawn, nextBefore };",
      },
      {
        file: REPEATABLE,
        find: "batches, kind === 'begun' ? heads : []);",
        replace: "batches, kind === 'begun' ? heads : [], kind);",
      },
      {
        file: REPEATABLE,
        find: 'heads: readonly PlannedHead[],\n  ): Promise<Place[]> {',
        replace: "heads: readonly PlannedHead[], kind = 'begun',\n  ): Promise<Place[]> {",
      },
    ],
  },
  {
    name: 'key-looks-only-in-head',
    what: 'an append that has left the head counts as never made (I2)',
    edits: [
      {
        file: 'lib/log/append/find-append.ts',
        find: 'if (head.tail <= nextBefore) return undefined;',
        replace: 'return undefined;',
      },
    ],
  },
  {
    name: 'key-record-overwritten',
    what: 'a repeat puts its own record over the one that stands there (I2)',
    edits: [
      {
        file: 'lib/log/idempotency/kept-requests.ts',
        find: "let condition: Condition = 'absent';",
        replace: "let condition: Condition = 'none';",
      },
    ],
  },
];
