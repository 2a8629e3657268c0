import { expect, test } from 'vitest';
import { asEpoch, asOffset } from '../../../lib/kafka/types.ts';
import { decideRefusal } from '../../../lib/log/append/decide-refusal.ts';
import type { Head } from '../../../lib/storage/head.ts';
import { newHead } from '../../../lib/storage/heads/new-head.ts';

const OWN = 1;
const attempt = { appendId: 'mine', epoch: asEpoch(4), objectId: '01JM' };

const head = (changes: Partial<Head> = {}): Head => ({ ...newHead(OWN), epoch: asEpoch(4), ...changes });
const entry = (appendId: string, base: number) => ({
  appendId,
  base: asOffset(base),
  entry: new Uint8Array(),
});

test.each([
  ['no head: the topic is gone', undefined, { kind: 'gone' }],
  ['a deleted head: the topic is gone', head({ deleted: true }), { kind: 'gone' }],
  [
    'our append id in it: it was our own request, repeated below us',
    head({ entries: [entry('other', 0), entry('mine', 3)] }),
    { kind: 'done', base: 3 },
  ],
  [
    'our append id in it, whatever happened since',
    head({ entries: [entry('mine', 3)], epoch: asEpoch(9), leader: 2, barrier: '01JZ', deleted: true }),
    { kind: 'done', base: 3 },
  ],
  ['another leader, in a later epoch', head({ leader: 2, epoch: asEpoch(5) }), { kind: 'moved', leader: 2 }],
  ['a later epoch that is still ours', head({ epoch: asEpoch(5) }), { kind: 'again', because: 'epoch' }],
  [
    'a later epoch and the barrier: the epoch comes first',
    head({ epoch: asEpoch(5), barrier: '01JZ' }),
    { kind: 'again', because: 'epoch' },
  ],
  ['a barrier above the object', head({ barrier: '01JN' }), { kind: 'again', because: 'barrier' }],
  ['a barrier at the object', head({ barrier: '01JM' }), { kind: 'again', because: 'barrier' }],
  [
    'a barrier below the object: then it was a producer',
    head({ barrier: '01JL' }),
    { kind: 'again', because: 'producer' },
  ],
  [
    'none of all this: it was a producer',
    head({ entries: [entry('other', 0)] }),
    { kind: 'again', because: 'producer' },
  ],
])('%s', (_, seen, expected) => {
  expect(decideRefusal(seen, attempt, OWN)).toEqual(expected);
});
