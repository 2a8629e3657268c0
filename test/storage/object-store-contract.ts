import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NotDoneError, UnknownOutcomeError } from '../../lib/storage/errors.ts';
import type { ObjectStore } from '../../lib/storage/object-store.ts';

/** A home of objects under test: an empty store, and by its own real means what makes it fail. */
export interface ObjectHome {
  readonly store: ObjectStore;
  /** Another store on the same data, as another process would open it; `close` closes it too. */
  openAnother(): Promise<ObjectStore>;
  readonly faults?: {
    /** Runs `work` while nothing can be put, and that is sure. */
    notDone?<Result>(work: () => Promise<Result>): Promise<Result>;
    /** Runs `work` while the store cannot tell whether it has put an object under `key`. */
    unknown?<Result>(key: string, work: () => Promise<Result>): Promise<Result>;
  };
  close(): Promise<void>;
}

/** The contract of {@link ObjectStore}: every home passes it. */
export function describeObjectStore(name: string, open: () => Promise<ObjectHome>): void {
  describe(name, () => {
    let home: ObjectHome;
    let store: ObjectStore;
    beforeEach(async () => {
      home = await open();
      store = home.store;
    });
    afterEach(() => home.close());

    describePutAndGet(() => store);
    describeDelete(() => store);
    describeList(() => store);
    describeFaults(() => home);
  });
}

const text = (content: string): Uint8Array => new Uint8Array(Buffer.from(content));
const asText = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString();

const BAD_KEYS = ['', '/', 'a/', '/a', 'a//b', '.', '..', 'a/../b', './a', 'a b', 'é', 'a\\b', '+a', 'a\n'];
const GOOD_KEYS = [
  'a',
  'intake/01JABC',
  'segments/3f0c-7e/0/00000000000000000000-01J',
  '...',
  '.a',
  'a..',
  '_-.',
];

function describePutAndGet(store: () => ObjectStore): void {
  describe('put and get', () => {
    test('an object that nobody put is undefined', async () => {
      expect(await store().get('intake/none')).toBeUndefined();
      expect(await store().get('intake/none', { position: 0, length: 1 })).toBeUndefined();
    });

    test('the parts come back as one object', async () => {
      await store().put('intake/a', [text('one '), text(''), text('two '), text('three')]);
      expect(asText(await store().get('intake/a'))).toBe('one two three');
    });

    test('an object may be empty', async () => {
      await store().put('none', []);
      await store().put('empty', [text('')]);
      expect((await store().get('none'))?.length).toBe(0);
      expect((await store().get('empty'))?.length).toBe(0);
    });

    test('parts that are views of one buffer are put as what they show', async () => {
      const all = text('0123456789');
      await store().put('a', [all.subarray(7), all.subarray(1, 3)]);
      expect(asText(await store().get('a'))).toBe('78912');
    });

    test('thousands of parts and megabytes are one object', async () => {
      const parts = Array.from({ length: 3000 }, (_, i) => new Uint8Array(1700).fill(i % 256));
      await store().put('big', parts);
      const found = await store().get('big');
      expect(found && Buffer.compare(found, Buffer.concat(parts))).toBe(0);
      const range = await store().get('big', { position: 1700 * 2000 - 1, length: 2 });
      expect([...(range ?? [])]).toEqual([1999 % 256, 2000 % 256]);
    });

    test('putting the same again is harmless', async () => {
      await Promise.all([store().put('a/b', [text('same')]), store().put('a/b', [text('same')])]);
      await store().put('a/b', [text('same')]);
      expect(asText(await store().get('a/b'))).toBe('same');
      expect((await store().list('', { limit: 10 })).length).toBe(1);
    });

    test('a range gives its bytes, and comes back short beyond the end', async () => {
      await store().put('a', [text('0123456789')]);
      const range = async (position: number, length: number) =>
        asText(await store().get('a', { position, length }));
      expect(await range(0, 10)).toBe('0123456789');
      expect(await range(3, 4)).toBe('3456');
      expect(await range(8, 5)).toBe('89');
      expect(await range(9, Number.MAX_SAFE_INTEGER)).toBe('9');
      expect(await range(10, 1)).toBe('');
      expect(await range(1000, 1)).toBe('');
    });

    test('a range that is none is a bug', async () => {
      await store().put('a', [text('x')]);
      await expect(store().get('a', { position: -1, length: 1 })).rejects.toThrow(/range/);
      await expect(store().get('a', { position: 0.5, length: 1 })).rejects.toThrow(/range/);
      await expect(store().get('a', { position: 0, length: 0 })).rejects.toThrow(/range/);
    });

    test('keys are what the contract says, and others are a bug', async () => {
      for (const key of GOOD_KEYS) {
        await store().put(key, [text(key)]);
        expect(asText(await store().get(key))).toBe(key);
      }
      for (const key of [...BAD_KEYS, 'a'.repeat(256), `${'ab/'.repeat(341)}abc`]) {
        await expect(store().put(key, [text('x')])).rejects.toThrow(/not an object key/);
        await expect(store().get(key)).rejects.toThrow(/not an object key/);
        await expect(store().delete([key])).rejects.toThrow(/not an object key/);
      }
      const longest = `${'ab/'.repeat(341)}a`;
      await store().put(longest, [text('x')]);
      expect(asText(await store().get(longest))).toBe('x');
    });

    test('many puts at once into one folder are all kept', async () => {
      const keys = Array.from({ length: 40 }, (_, i) => `intake/${i}`);
      await Promise.all(keys.map((key) => store().put(key, [text(key)])));
      const found = await Promise.all(keys.map((key) => store().get(key)));
      expect(found.map(asText)).toEqual(keys);
    });
  });
}

function describeDelete(store: () => ObjectStore): void {
  describe('delete', () => {
    test('removes the objects, and those that are not there count as removed', async () => {
      await store().put('x/a', [text('a')]);
      await store().put('x/b', [text('b')]);
      await store().delete(['x/a', 'x/none', 'nowhere/none']);
      expect(await store().get('x/a')).toBeUndefined();
      expect(asText(await store().get('x/b'))).toBe('b');
      await store().delete(['x/a']);
      await store().delete([]);
    });

    test('what was deleted can be put again', async () => {
      await store().put('x/a', [text('a')]);
      await store().delete(['x/a']);
      await store().put('x/a', [text('a')]);
      expect(asText(await store().get('x/a'))).toBe('a');
    });
  });
}

/** In the order of their bytes: `-` and `.` stand before `/`, digits behind it. */
const SORTED = [
  'a-b',
  'a.b',
  'a/0',
  'a/1/x',
  'a/1/y',
  'a/10',
  'a0',
  'aA',
  'a_b',
  'ab/c',
  'b',
  'b-/z',
  'b.c/z',
];

function describeList(store: () => ObjectStore): void {
  const keys = async (prefix: string, options: { after?: string; limit?: number } = {}) =>
    (await store().list(prefix, { limit: 1000, ...options })).map((info) => info.key);

  describe('list', () => {
    beforeEach(async () => {
      for (const key of SORTED.toReversed()) await store().put(key, [text(key)]);
    });

    test('gives the keys in the order of their bytes', async () => {
      expect(await keys('')).toEqual(SORTED);
    });

    test('says how large an object is and when it was taken', async () => {
      const [info] = await store().list('a/1/x', { limit: 1 });
      expect(info?.key).toBe('a/1/x');
      expect(info?.bytes).toBe(5);
      expect(Math.abs((info?.modifiedMs ?? 0) - Date.now())).toBeLessThan(60 * 60 * 1000);
    });

    test('a prefix may end anywhere in a key', async () => {
      for (const prefix of ['a', 'a/', 'a/1', 'a/1/', 'a/1/x', 'ab', 'ab/c', 'b-', 'c', 'a/2/', 'a/1/x/']) {
        expect(await keys(prefix)).toEqual(SORTED.filter((key) => key.startsWith(prefix)));
      }
    });

    test('begins behind any key, whether it is there or not', async () => {
      for (const after of [...SORTED, '', 'a', 'a/', 'a/1', 'a/1/', 'a/1/xx', 'a/9/9', 'b/', 'zz']) {
        expect(await keys('', { after })).toEqual(SORTED.filter((key) => key > after));
        expect(await keys('a/', { after })).toEqual(
          SORTED.filter((key) => key.startsWith('a/') && key > after),
        );
      }
    });

    test('page by page it gives every object once, and then none', async () => {
      for (const limit of [1, 2, 5]) {
        const found: string[] = [];
        for (let page = await keys('', { limit }); page.length > 0; ) {
          expect(page.length).toBeLessThanOrEqual(limit);
          found.push(...page);
          page = await keys('', { limit, after: page.at(-1) ?? '' });
        }
        expect(found).toEqual(SORTED);
      }
    });

    test('a limit of 0 or above 1,000 is a bug', async () => {
      await expect(keys('', { limit: 0 })).rejects.toThrow(/limit/);
      await expect(keys('', { limit: 1001 })).rejects.toThrow(/limit/);
    });
  });
}

function describeFaults(home: () => ObjectHome): void {
  const store = () => home().store;

  describe('faults', () => {
    test('a put that is not done is said so, leaves nothing, and is done when the fault is over', async ({
      skip,
    }) => {
      const during = home().faults?.notDone;
      if (!during) return skip('this home has no such fault here');
      await store().put('x/before', [text('kept')]);
      await during(async () => {
        await expect(store().put('x/a', [text('a')])).rejects.toThrow(NotDoneError);
        expect(asText(await store().get('x/before'))).toBe('kept');
      });
      expect(await store().get('x/a')).toBeUndefined();
      expect((await store().list('', { limit: 10 })).map((info) => info.key)).toEqual(['x/before']);
      await store().put('x/a', [text('a')]);
      expect(asText(await store().get('x/a'))).toBe('a');
    });

    test('a put that cannot be told is said so, and is done when the fault is over', async ({ skip }) => {
      const during = home().faults?.unknown;
      if (!during) return skip('this home has no such fault here');
      await during('x/a', async () => {
        await expect(store().put('x/a', [text('a')])).rejects.toThrow(UnknownOutcomeError);
      });
      await store().put('x/a', [text('a')]);
      expect(asText(await store().get('x/a'))).toBe('a');
    });

    test('close waits for the calls in flight, and later ones are not done', async () => {
      const another = await home().openAnother();
      const put = another.put('x/a', [text('a')]);
      await another.close();
      await another.close();
      expect(asText(await store().get('x/a'))).toBe('a');
      await put;
      await expect(another.get('x/a')).rejects.toThrow(NotDoneError);
    });
  });
}
