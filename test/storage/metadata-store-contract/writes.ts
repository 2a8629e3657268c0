import { describe, expect, test } from 'vitest';
import { RefusedError } from '../../../lib/storage/errors.ts';
import type { Condition, Item, WriteOp } from '../../../lib/storage/item.ts';
import type { MetadataStore } from '../../../lib/storage/metadata-store.ts';
import { key, put } from './given.ts';

type Holds = (current: Item | undefined) => Condition;
const OTHER_VERSION: Holds = () => ({ version: 'never was' });
const THIS_VERSION: Holds = (current) => ({ version: current?.version ?? 'absent' });

const CONDITIONS: { name: string; there: boolean; condition: Holds; holds: boolean }[] = [
  { name: 'none, on an item', there: true, condition: () => 'none', holds: true },
  { name: 'none, on no item', there: false, condition: () => 'none', holds: true },
  { name: 'absent, on an item', there: true, condition: () => 'absent', holds: false },
  { name: 'absent, on no item', there: false, condition: () => 'absent', holds: true },
  { name: 'its version', there: true, condition: THIS_VERSION, holds: true },
  { name: 'another version', there: true, condition: OTHER_VERSION, holds: false },
  { name: 'a version, on no item', there: false, condition: OTHER_VERSION, holds: false },
];

export function describeWrites(store: () => MetadataStore): void {
  const version = async (sk: string) => (await store().get(key(sk)))?.version;

  describe('write', () => {
    for (const { name, there, condition, holds } of CONDITIONS) {
      for (const kind of ['put', 'delete', 'check'] as const) {
        test(`a ${kind} under the condition "${name}" is ${holds ? 'done' : 'refused'}`, async () => {
          if (there) await store().write([put('a', { n: 1 })]);
          const before = await store().get(key('a'));
          const op: WriteOp = { kind, key: key('a'), attributes: { n: 2 }, condition: condition(before) };
          if (!holds) {
            const error = await store()
              .write([op])
              .catch((raised: unknown) => raised);
            expect(error).toBeInstanceOf(RefusedError);
            expect(error).toMatchObject({ kind: 'refused', current: [before] });
            expect(await store().get(key('a'))).toEqual(before);
            return;
          }
          await store().write([op]);
          const after = await store().get(key('a'));
          if (kind === 'put') expect(after?.attributes).toEqual({ n: 2 });
          if (kind === 'delete') expect(after).toBeUndefined();
          if (kind === 'check') expect(after).toEqual(before);
        });
      }
    }

    test('every put gives a version that was never there, also for the same content', async () => {
      const seen = new Set<string | undefined>();
      for (let round = 0; round < 3; round++) {
        await store().write([put('a', { same: true })]);
        seen.add(await version('a'));
        await store().write([put('a', { same: true })]);
        seen.add(await version('a'));
        await store().write([{ kind: 'delete', key: key('a'), condition: 'none' }]);
      }
      expect(seen.has(undefined)).toBe(false);
      expect(seen.size).toBe(6);
    });

    test('a version held across a deletion and a re-creation does not match', async () => {
      await store().write([put('a')]);
      const held = (await version('a')) ?? '';
      await store().write([{ kind: 'delete', key: key('a'), condition: { version: held } }]);
      await store().write([put('a')]);
      await expect(store().write([put('a', {}, { version: held })])).rejects.toThrow(RefusedError);
    });

    test('a refusal brings what stands at each op, in their order', async () => {
      await store().write([put('a', { n: 1 }), put('c', { n: 3 })]);
      const error = await store()
        .write([put('c', { n: 4 }), put('b', {}, 'none'), put('a', { n: 2 }, 'absent')])
        .catch((raised: unknown) => raised);
      expect(error).toBeInstanceOf(RefusedError);
      const { current } = error as RefusedError<(Item | undefined)[]>;
      expect(current.map((item) => item?.attributes)).toEqual([{ n: 3 }, undefined, { n: 1 }]);
    });

    test('of a hundred ops with one refused, none is done', async () => {
      await store().write([put('k0', { old: true }), put('k50', { old: true })]);
      const ops: WriteOp[] = Array.from({ length: 99 }, (_, i) => put(`k${i}`, { new: true }));
      ops.push({ kind: 'check', key: key('k99'), condition: { version: 'not there' } });
      await expect(store().write(ops)).rejects.toThrow(RefusedError);
      const left = await store().query({ pk: 'P', limit: 1000, direction: 'forward' });
      expect(left.map((item) => [item.key.sk, item.attributes])).toEqual([
        ['k0', { old: true }],
        ['k50', { old: true }],
      ]);
    });

    test('a hundred ops of every kind are done together', async () => {
      await store().write([put('gone'), put('stays')]);
      const stays = (await version('stays')) ?? '';
      await store().write([
        ...Array.from({ length: 98 }, (_, i) => put(`k${i}`, {}, 'absent')),
        { kind: 'delete', key: key('gone'), condition: 'none' },
        { kind: 'check', key: key('stays'), condition: { version: stays } },
      ]);
      const left = await store().query({ pk: 'P', limit: 1000, direction: 'forward' });
      expect(left.length).toBe(99);
      expect(await version('stays')).toBe(stays);
    });

    test('an item of more than 400,000 bytes, and a write of more than 2,000,000, are bugs', async () => {
      const large = (sk: string, length: number): WriteOp => ({
        kind: 'put',
        key: key(sk),
        attributes: {},
        data: new Uint8Array(length),
        condition: 'none',
      });
      await expect(store().write([large('a', 400_000)])).rejects.toThrow(/400002 bytes/);
      const many = Array.from({ length: 6 }, (_, i) => large(`k${i}`, 390_000));
      await expect(store().write(many)).rejects.toThrow(/2340012 bytes/);
      await store().write([large('a', 399_998)]);
    });

    test('no op, more than a hundred, and two for one key are bugs', async () => {
      await expect(store().write([])).rejects.toThrow(/0 ops/);
      const many = Array.from({ length: 101 }, (_, i) => put(`k${i}`));
      await expect(store().write(many)).rejects.toThrow(/101 ops/);
      await expect(store().write([put('a'), put('a')])).rejects.toThrow(/same key/);
      expect(await store().query({ pk: 'P', limit: 1, direction: 'forward' })).toEqual([]);
    });
  });
}

/** In the order of their UTF-8 bytes, which is not that of UTF-16: the last two would change places. */
