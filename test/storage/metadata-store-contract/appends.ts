import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { asEpoch } from '../../../lib/kafka/types.ts';
import { inlineIntakeKey } from '../../../lib/storage/keys.ts';
import { bytes, hex } from '../head-commands.ts';
import { kinds, NO_HEAD, newAppend, OTHER, PARTITION } from './given.ts';
import type { MetadataHome } from './home.ts';

export function describeAppends(home: () => MetadataHome): void {
  const store = () => home().store;

  describe('append', () => {
    beforeEach(() => store().createHeads([PARTITION, OTHER], 1));

    test('keeps the inline intake as an item of its own', async () => {
      const intake = { objectId: `m${randomUUID()}`, data: bytes('slices') };
      await store().append({ intake, appends: [newAppend('a')] });
      const item = await store().get(inlineIntakeKey(intake.objectId));
      expect(item?.data && hex(item.data)).toBe(hex(intake.data));
    });

    test('keeps the inline intake whatever the heads answer, and when there are none', async () => {
      for (const appends of [[newAppend('a', { epoch: asEpoch(7) })], []]) {
        const intake = { objectId: `m${randomUUID()}`, data: bytes('slices') };
        const outcomes = await store().append({ intake, appends });
        expect(kinds(outcomes)).toEqual(appends.map(() => 'refused'));
        expect(await store().get(inlineIntakeKey(intake.objectId))).toBeDefined();
      }
    });

    test('keeps an inline intake of every size up to the limit, and the same one twice', async () => {
      for (const length of [1, 4096, store().inlineBytesMax]) {
        const intake = { objectId: `m${length}`, data: new Uint8Array(length).fill(length % 251) };
        await store().append({ intake, appends: [] });
        await store().append({ intake, appends: [newAppend(`a${length}`)] });
        const item = await store().get(inlineIntakeKey(intake.objectId));
        expect(item?.data && Buffer.compare(item.data, intake.data)).toBe(0);
      }
    });

    test('decides each head for itself, in the order of the appends', async () => {
      const outcomes = await store().append({
        appends: [
          newAppend('a', { partition: OTHER, count: 2 }),
          newAppend('a', { epoch: asEpoch(7) }),
          newAppend('a', { partition: NO_HEAD }),
          newAppend('b', { count: 3 }),
        ],
      });
      expect(kinds(outcomes)).toEqual(['done', 'refused', 'refused', 'done']);
      const heads = await store().getHeads([OTHER, PARTITION]);
      expect(heads.map((head) => head?.next)).toEqual([2, 3]);
    });

    test('decides two updates of one head one behind the other', async () => {
      const state = bytes('first');
      const outcomes = await store().append({
        appends: [
          newAppend('a', {
            count: 2,
            producers: [{ producerId: '1', state, seen: { absentAtEvictions: 0 } }],
          }),
          newAppend('b', { count: 3, producers: [{ producerId: '1', state: bytes('second'), seen: state }] }),
          newAppend('a'),
          newAppend('c', { producers: [{ producerId: '1', state, seen: { absentAtEvictions: 0 } }] }),
        ],
      });
      expect(kinds(outcomes)).toEqual(['done', 'done', 'refused', 'refused']);
      const head = await store().getHead(PARTITION);
      expect(head?.entries.map((entry) => [entry.appendId, entry.base])).toEqual([
        ['a', 0],
        ['b', 2],
      ]);
      expect(head?.next).toBe(5);
    });

    test('gives the head as it then was', async () => {
      const outcomes = await store().append({ appends: [newAppend('a'), newAppend('b')] });
      expect(outcomes.map((outcome) => 'head' in outcome && outcome.head?.next)).toEqual([1, 2]);
    });

    test('appends of two stores at once give dense offsets', async () => {
      const another = await home().openAnother();
      const flushes = Array.from({ length: 10 }, (_, i) => [
        store().append({ appends: [newAppend(`one ${i}`, { count: 2 })] }),
        another.append({ appends: [newAppend(`two ${i}`, { count: 3 })] }),
      ]).flat();
      for (const outcomes of await Promise.all(flushes)) expect(kinds(outcomes)).toEqual(['done']);
      const head = await store().getHead(PARTITION);
      expect(head?.next).toBe(50);
      let base = 0;
      for (const entry of head?.entries ?? []) {
        expect(entry.base).toBe(base);
        base += entry.appendId.startsWith('one') ? 2 : 3;
      }
    });

    test('of no record, and of one producer twice, it is a bug', async () => {
      await expect(store().append({ appends: [newAppend('a', { count: 0 })] })).rejects.toThrow(/0 records/);
      const producer = { producerId: '1', state: bytes('s'), seen: { absentAtEvictions: 0 } };
      await expect(
        store().append({ appends: [newAppend('a', { producers: [producer, producer] })] }),
      ).rejects.toThrow(/twice/);
      expect((await store().getHead(PARTITION))?.next).toBe(0);
    });
  });
}
