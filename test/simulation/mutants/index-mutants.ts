import type { Mutant } from './mutant.ts';

/** Rolling and reading the index. */
export const indexMutants: readonly Mutant[] = [
  {
    name: 'trim-before-page',
    what: 'entries leave the head before their page is there (I4)',
    edits: [
      {
        file: 'lib/log/roll.ts',
        find: "    await metadata.write([{ kind: 'put', key, ...encodeIndexPage(page), condition: 'absent' }]);\n",
        replace:
          "    await metadata.trim({ partition, from: page.base, to: page.to, remove: entries.map(({ appendId }) => appendId), evict: [] });\n    await metadata.write([{ kind: 'put', key, ...encodeIndexPage(page), condition: 'absent' }]);\n",
      },
    ],
  },
  {
    name: 'page-overwritten',
    what: 'a page is put over the one that stands there (I4)',
    edits: [
      {
        file: 'lib/log/roll.ts',
        find: "...encodeIndexPage(page), condition: 'absent' }",
        replace: "...encodeIndexPage(page), condition: 'none' }",
      },
    ],
  },
  {
    name: 'page-not-adopted',
    what: 'whoever finds a page trims by its own (I4)',
    edits: [
      {
        file: 'lib/log/roll.ts',
        find: 'return standing === undefined ? undefined : decodeIndexPage(standing);',
        replace: 'return standing === undefined ? undefined : page;',
      },
    ],
  },
  {
    name: 'page-taken-for-put',
    what: 'a page whose put gave no answer counts as put (I4)',
    edits: [
      {
        file: 'lib/log/roll.ts',
        find: '    // Somebody’s page'.replace('’', "'"),
        replace: "    if (error instanceof UnknownOutcomeError) return page;\n    // Somebody's page",
      },
    ],
  },
  {
    name: 'pages-before-head',
    what: 'a look for an append reads the pages first and the head then, past which a roll slips (I2)',
    edits: [
      {
        file: 'lib/log/append/fence.ts',
        find: '    readUnderHead(deps.metadata, attempt.partition, (head) => look(deps.metadata, attempt, head)),\n',
        replace: `    readUnderHead(deps.metadata, attempt.partition, async (before) => {
    const inPages = await look(deps.metadata, attempt, { ...before, entries: [], next: before.tail });
    const head = (await deps.metadata.getHead(attempt.partition)) ?? before;
    const inHead = head.entries.find(({ appendId }) => appendId === attempt.appendId);
    return inHead === undefined ? { ...inPages, head } : { kind: 'done' as const, base: inHead.base, head };
  }),
`,
      },
      {
        file: 'lib/log/index/entries.ts',
        find: '  yield placeHeadEntries(head.tail, head.next, head.entries).filter(',
        replace:
          '  if (head.next > head.tail) yield placeHeadEntries(head.tail, head.next, head.entries).filter(',
      },
    ],
  },
  {
    name: 'fetch-mixes-two-heads',
    what: 'a fetch reads the pages by one head and the rest by a later one (I3)',
    edits: [
      {
        file: 'lib/log/index/entries.ts',
        find: '  yield placeHeadEntries(head.tail, head.next, head.entries).filter(',
        replace:
          '  const later = (await metadata.getHead(partition)) ?? head;\n  yield placeHeadEntries(later.tail, later.next, later.entries).filter(',
      },
    ],
  },
  {
    name: 'high-watermark-of-the-cache',
    what: 'a fetch shows a log that ends where the pages do (I3)',
    edits: [
      {
        file: 'lib/log/fetch/fetch.ts',
        find: 'const range = { highWatermark: head.next,',
        replace: 'const range = { highWatermark: head.entries.length > 9 ? head.tail : head.next,',
      },
    ],
  },
  {
    name: 'producer-lost-at-eviction',
    what: 'a producer leaves the head without its state being written out (I6)',
    edits: [
      {
        file: 'lib/log/roll.ts',
        find: '    await metadata.write(\n      evict.map(',
        replace: '    void String(\n      evict.map(',
      },
    ],
  },
  {
    name: 'producer-written-over',
    what: "a producer's older state is written over a newer one (I6)",
    edits: [
      {
        file: 'lib/log/roll.ts',
        find: "condition: item === undefined ? ('absent' as const) : { version: item.version },",
        replace: "condition: item === undefined ? ('none' as const) : ('none' as const),",
      },
    ],
  },
  {
    name: 'evicted-producer-forgotten',
    what: 'of a producer that left the head nothing is known any more (I6)',
    edits: [
      {
        file: 'lib/log/append/known-producers.ts',
        find: 'const data = items[index]?.data;',
        replace: 'const data = items[index + absent.length]?.data;',
      },
    ],
  },
];
