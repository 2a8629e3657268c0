import { beforeEach, describe, expect, test } from 'vitest';
import type { MetadataStore } from '../../../lib/storage/metadata-store.ts';
import { key, put } from './given.ts';

const SORTED = [
  '!',
  '#',
  '-',
  '0',
  '00000000000000000009',
  '00000000000000000010',
  'A',
  'a',
  'a#',
  'a#1',
  'aa',
  'z',
  'é',
  '世',
  '\uff5e',
  '😀',
];

export function describeQueries(store: () => MetadataStore): void {
  const sks = async (
    query: { from?: string; to?: string; limit?: number },
    direction = 'forward' as 'forward' | 'backward',
  ) => (await store().query({ pk: 'P', limit: 1000, ...query, direction })).map((item) => item.key.sk);

  describe('query', () => {
    beforeEach(async () => {
      await store().write(SORTED.toReversed().map((sk) => put(sk)));
      await store().write([
        { ...put('m'), key: key('m', 'O') },
        { ...put('m'), key: key('m', 'P#') },
      ]);
    });

    test('gives the items of one partition key in the order of their bytes, both ways', async () => {
      expect(await sks({})).toEqual(SORTED);
      expect(await sks({}, 'backward')).toEqual(SORTED.toReversed());
    });

    test('both ends of the range are part of it', async () => {
      expect(await sks({ from: 'a', to: 'aa' })).toEqual(['a', 'a#', 'a#1', 'aa']);
      expect(await sks({ from: 'a', to: 'aa' }, 'backward')).toEqual(['aa', 'a#1', 'a#', 'a']);
    });

    test('an end that no item has is an end all the same', async () => {
      expect(await sks({ from: 'a!', to: 'a~' })).toEqual(['a#', 'a#1', 'aa']);
    });

    test('an open end reaches to the first or the last item', async () => {
      expect(await sks({ to: '-' })).toEqual(['!', '#', '-']);
      expect(await sks({ from: '世' })).toEqual(['世', '\uff5e', '😀']);
    });

    test('the limit counts from where the direction begins', async () => {
      expect(await sks({ limit: 2 })).toEqual(['!', '#']);
      expect(await sks({ limit: 2 }, 'backward')).toEqual(['😀', '\uff5e']);
      expect(await sks({ from: 'A', limit: 1 })).toEqual(['A']);
      expect(await sks({ to: 'A', limit: 1 }, 'backward')).toEqual(['A']);
    });

    test('a range without items, one that is upside down, and another partition key are empty', async () => {
      expect(await sks({ from: 'b', to: 'c' })).toEqual([]);
      expect(await sks({ from: 'z', to: 'a' })).toEqual([]);
      expect(await store().query({ pk: 'nobody', limit: 1, direction: 'forward' })).toEqual([]);
    });

    test('a limit of 0 or above 1,000 is a bug', async () => {
      await expect(sks({ limit: 0 })).rejects.toThrow(/limit/);
      await expect(sks({ limit: 1001 })).rejects.toThrow(/limit/);
    });
  });
}
