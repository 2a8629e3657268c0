import { keys } from '../configurations/keys.ts';
import type { Mutant } from './mutant.ts';
import { patch } from './patch-source.ts';

const APPEND_PARTITION = 'log/idempotency/append-partition.ts';

/** Short cuts that hold for other appends, and not under an idempotency key. */
export const keyMutants: readonly Mutant[] = [
  {
    name: 'key-adopts-epoch',
    about: 'under a key, an attempt that was refused goes out again under the epoch that stands there',
    patches: [
      patch(
        APPEND_PARTITION,
        'isOpen = true;\n      head = undefined;',
        'isOpen = true;\n      head = await deps.metadata.getHead(partition);',
      ),
    ],
    configuration: keys,
  },
  {
    name: 'key-trusts-any-fence',
    about: "under a key, somebody else's fence counts as one's own",
    patches: [
      patch(
        APPEND_PARTITION,
        "return outcome.kind === 'done' ? outcome.head : undefined;",
        'return outcome.head;',
      ),
    ],
    configuration: keys,
  },
  {
    name: 'key-trusts-unknown-fence',
    about: 'under a key, a fence without an answer counts when the head shows a higher epoch',
    patches: [
      patch(
        APPEND_PARTITION,
        'await metadata.lead({ partition, to: brokerId, seen: seen.epoch });',
        `await metadata.lead({ partition, to: brokerId, seen: seen.epoch }).catch(async (error) => {
    const head = await metadata.getHead(partition);
    if (head === undefined || head.epoch <= seen.epoch) throw error;
    return { kind: 'done' as const, head };
  });`,
      ),
    ],
    configuration: keys,
  },
  {
    name: 'key-first-under-present-epoch',
    about: 'under a key, the first attempt carries the epoch that the head has by then',
    patches: [
      patch(
        APPEND_PARTITION,
        'let head = first;',
        'let head = first === undefined ? undefined : await deps.metadata.getHead(partition);',
      ),
    ],
    configuration: keys,
  },
  {
    name: 'key-draws-again',
    about: 'under a key, a repeat draws an append id of its own',
    patches: [
      patch(
        APPEND_PARTITION,
        '  const { partition, appendId } = sought;\n  let head = first;',
        `  if (first === undefined) {
    sought = { ...sought, appendId: Buffer.from(deps.runtime.randomBytes(8)).toString('base64url') };
  }
  const { partition, appendId } = sought;
  let head = first;`,
      ),
    ],
    configuration: keys,
  },
  {
    name: 'key-looks-only-in-head',
    about: 'under a key, the append id is looked for in the head alone',
    patches: [
      patch(
        'log/append/find-append.ts',
        'if (head.tail <= nextBefore) return undefined;',
        'return undefined;',
      ),
    ],
    configuration: keys,
  },
  {
    name: 'key-append-id-again',
    about: 'under a key, an append does not ask whether its id is there',
    patches: [
      patch(
        'storage/heads/append.ts',
        '!head.entries.some((entry) => entry.appendId === append.appendId);',
        'true;',
      ),
    ],
    configuration: keys,
    belt: 'each process appends under an epoch that its own take-over made, so no two append in one',
  },
  {
    name: 'key-lead-over-any-epoch',
    about: 'under a key, a take-over does not ask for the epoch that it saw',
    patches: [patch('storage/heads/lead.ts', 'head.epoch === lead.seen;', 'true;')],
    configuration: keys,
    belt: "the epoch that a take-over made is nobody else's, whatever the one before was",
  },
];
