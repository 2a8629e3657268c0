import { describe, expect, test } from 'vitest';
import type { Attributes } from '../../../lib/storage/item.ts';
import type { MetadataStore } from '../../../lib/storage/metadata-store.ts';
import { bytes, hex } from '../head-commands.ts';
import { key, put } from './given.ts';

export function describeItems(store: () => MetadataStore): void {
  describe('items', () => {
    test('an item that nobody put is undefined', async () => {
      expect(await store().get(key('a'))).toBeUndefined();
    });

    test('an item comes back with its key, its attributes and its data', async () => {
      const data = new Uint8Array([0, 1, 254, 255]);
      await store().write([{ kind: 'put', key: key('a'), attributes: { n: 1 }, data, condition: 'none' }]);
      const item = await store().get(key('a'));
      expect(item?.key).toEqual(key('a'));
      expect(item?.attributes).toEqual({ n: 1 });
      expect(item?.data && hex(item.data)).toBe('0001feff');
    });

    test('no data stays no data, and no bytes stay no bytes', async () => {
      await store().write([
        put('none'),
        { kind: 'put', key: key('empty'), attributes: {}, data: new Uint8Array(0), condition: 'none' },
      ]);
      const [none, empty] = await store().getMany([key('none'), key('empty')]);
      expect(none).toBeDefined();
      expect(none && 'data' in none).toBe(false);
      expect(empty?.data?.length).toBe(0);
    });

    test('attributes of every kind come back as they were', async () => {
      const attributes: Attributes = {
        text: 'Grüße, 世界 😀 "\\\u0000',
        none: '',
        whole: Number.MAX_SAFE_INTEGER,
        negative: -1,
        fraction: 0.1,
        yes: true,
        no: false,
        nothing: null,
        list: [1, 'two', [3], { four: 4 }, []],
        map: { inner: { deep: [null] }, 'with #': 1 },
      };
      await store().write([put('a', attributes)]);
      expect((await store().get(key('a')))?.attributes).toEqual(attributes);
    });

    test('a put replaces the whole item', async () => {
      await store().write([
        { kind: 'put', key: key('a'), attributes: { old: 1 }, data: bytes('x'), condition: 'none' },
      ]);
      await store().write([put('a', { new: 1 })]);
      const item = await store().get(key('a'));
      expect(item?.attributes).toEqual({ new: 1 });
      expect(item && 'data' in item).toBe(false);
    });

    test('getMany answers in the order of the keys, with undefined for those that are not there', async () => {
      await store().write([put('a'), put('b')]);
      const items = await store().getMany([key('b'), key('missing'), key('a'), key('a', 'Q')]);
      expect(items.map((item) => item?.key.sk)).toEqual(['b', undefined, 'a', undefined]);
    });

    test('getMany takes a thousand keys, and more are a bug', async () => {
      const keys = Array.from({ length: 1000 }, (_, i) => key(`k${i}`));
      await store().write([put('k999')]);
      const items = await store().getMany(keys);
      expect(items.length).toBe(1000);
      expect(items[999]?.key.sk).toBe('k999');
      await expect(store().getMany([...keys, key('one more')])).rejects.toThrow(/1001 keys/);
      expect(await store().getMany([])).toEqual([]);
    });

    test('keys that DynamoDB would not take are a bug', async () => {
      await expect(store().get(key(''))).rejects.toThrow(/empty/);
      await expect(store().get(key('a', ''))).rejects.toThrow(/empty/);
      await expect(store().get(key('a'.repeat(1025)))).rejects.toThrow(/1025/);
      await expect(store().get(key('世'.repeat(342)))).rejects.toThrow(/1024 bytes/);
      await expect(store().get(key('a', 'p'.repeat(2049)))).rejects.toThrow(/2049/);
      await expect(store().get(key('\ud800'))).rejects.toThrow(/well-formed/);
      await store().write([put('世'.repeat(341))]);
      expect(await store().get(key('世'.repeat(341)))).toBeDefined();
    });

    test('numbers that JSON has not are a bug', async () => {
      await expect(store().write([put('a', { n: [Number.NaN] })])).rejects.toThrow(/NaN/);
      await expect(store().write([put('a', { n: { m: Infinity } })])).rejects.toThrow(/Infinity/);
    });
  });
}
