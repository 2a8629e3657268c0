import { append, fetch, rolls } from '../configurations/append.ts';
import type { Mutant } from './mutant.ts';
import { patch } from './patch-source.ts';

const ROLL = 'log/roll.ts';

/** The steps of a roll and of a fetch. */
export const rollAndFetchMutants: readonly Mutant[] = [
  {
    name: 'trim-before-page',
    about: 'entries leave the head before their page is put',
    patches: [
      patch(
        ROLL,
        `    await metadata.write([{ kind: 'put', key, ...encodeIndexPage(page), condition: 'absent' }]);`,
        `    await metadata.trim({
      partition, from: page.base, to: page.to, remove: page.entries.map(({ appendId }) => appendId), evict: [],
    });
    await metadata.write([{ kind: 'put', key, ...encodeIndexPage(page), condition: 'absent' }]);`,
      ),
    ],
    configuration: append,
  },
  {
    name: 'page-put-overwrites',
    about: 'a page is put whether one is there or not',
    patches: [
      patch(
        ROLL,
        "...encodeIndexPage(page), condition: 'absent'",
        "...encodeIndexPage(page), condition: 'none'",
      ),
    ],
    configuration: rolls,
  },
  {
    name: 'page-not-adopted',
    about: 'the trim goes by the own page, though another one stands there',
    patches: [
      patch(ROLL, 'return standing === undefined ? undefined : decodeIndexPage(standing);', 'return page;'),
    ],
    configuration: rolls,
  },
  {
    name: 'unknown-page-counts',
    about: 'a page whose put got no answer is taken to be there',
    patches: [
      patch(
        ROLL,
        'if (!(error instanceof RefusedError || error',
        'if (error instanceof UnknownOutcomeError) return page;\n    if (!(error instanceof RefusedError || error',
      ),
    ],
    configuration: append,
  },
  {
    name: 'fetch-reads-pages-before-head',
    about: 'a fetch reads the pages under one head, and the entries of a later one',
    patches: [
      patch(
        'log/index/entries.ts',
        '  yield placeHeadEntries(head.tail, head.next, head.entries).filter(',
        `  const later = (await metadata.getHead(partition)) ?? head;
  yield placeHeadEntries(later.tail, later.next, later.entries).filter(`,
      ),
    ],
    configuration: fetch,
  },
];
