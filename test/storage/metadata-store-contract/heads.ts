import { describe, expect, test } from 'vitest';
import { asOffset } from '../../../lib/kafka/types.ts';
import { RefusedError } from '../../../lib/storage/errors.ts';
import { headKey } from '../../../lib/storage/keys.ts';
import { GIVEN_HEAD, HEAD_CASES, ONE_OF_EACH } from '../head-cases.ts';
import { applyToStore, bytes, plain } from '../head-commands.ts';
import { key, makeGivenHead, NO_HEAD, OTHER, PARTITION, put } from './given.ts';
import type { MetadataHome } from './home.ts';

export function describeHeads(home: () => MetadataHome): void {
  const store = () => home().store;
  const head = async () => plain(await store().getHead(PARTITION));

  describe('heads', () => {
    test('there is no head before it is made', async () => {
      expect(await store().getHead(PARTITION)).toBeUndefined();
    });

    test('a new head is empty, and names its leader', async () => {
      await store().createHeads([PARTITION], 3);
      expect(await head()).toEqual({
        leader: 3,
        epoch: 0,
        start: 0,
        compacted: 0,
        tail: 0,
        next: 0,
        entries: [],
        producers: {},
        evictions: 0,
        swaps: 0,
        barrier: '',
        deleted: false,
      });
    });

    test('a head that exists is left as it is, also a dead one', async () => {
      await makeGivenHead(store());
      await store().createHeads([OTHER, PARTITION], 9);
      expect(await head()).toEqual(GIVEN_HEAD);
      expect((await store().getHead(OTHER))?.leader).toBe(9);
      await store().kill(PARTITION);
      await store().createHeads([PARTITION], 9);
      expect(await head()).toEqual({ ...GIVEN_HEAD, deleted: true });
    });

    test('getHeads answers in the order of the partitions', async () => {
      await store().createHeads([PARTITION], 1);
      await store().createHeads([OTHER], 2);
      const heads = await store().getHeads([OTHER, NO_HEAD, PARTITION]);
      expect(heads.map((each) => each?.leader)).toEqual([2, undefined, 1]);
    });

    for (const { name, when, changes } of HEAD_CASES) {
      test(name, async () => {
        await makeGivenHead(store());
        expect(await head()).toEqual(GIVEN_HEAD);
        const outcome = await applyToStore(store(), PARTITION, when);
        expect(outcome.kind).toBe(changes ? 'done' : 'refused');
        expect(plain(outcome.head)).toEqual({ ...GIVEN_HEAD, ...changes });
        expect(await head()).toEqual({ ...GIVEN_HEAD, ...changes });
      });
    }

    for (const command of ONE_OF_EACH) {
      const operation = Object.keys(command)[0];

      test(`${operation} on no head is refused, and makes none`, async () => {
        expect(await applyToStore(store(), PARTITION, command)).toEqual({ kind: 'refused', head: undefined });
        expect(await head()).toBeUndefined();
      });

      test(`${operation} on the head of a deleted topic is refused`, async () => {
        await makeGivenHead(store());
        await store().kill(PARTITION);
        const outcome = await applyToStore(store(), PARTITION, command);
        expect(outcome.kind).toBe('refused');
        expect(plain(outcome.head)).toEqual({ ...GIVEN_HEAD, deleted: true });
        expect(await head()).toEqual({ ...GIVEN_HEAD, deleted: true });
      });
    }

    test('kill on no head is refused, and on a dead one done', async () => {
      expect(await store().kill(PARTITION)).toEqual({ kind: 'refused', head: undefined });
      await store().createHeads([PARTITION], 1);
      expect((await store().kill(PARTITION)).kind).toBe('done');
      expect((await store().kill(PARTITION)).kind).toBe('done');
    });

    test('a head stays what it is for whoever opens the store later', async () => {
      await makeGivenHead(store());
      const another = await home().openAnother();
      expect(plain(await another.getHead(PARTITION))).toEqual(GIVEN_HEAD);
    });

    test('a head can be deleted as an item, and be made again', async () => {
      await makeGivenHead(store());
      await expect(
        store().write([{ kind: 'check', key: headKey(PARTITION), condition: 'absent' }]),
      ).rejects.toThrow(RefusedError);
      await store().write([{ kind: 'delete', key: headKey(PARTITION), condition: 'none' }]);
      expect(await head()).toBeUndefined();
      await store().createHeads([PARTITION], 1);
      expect((await store().getHead(PARTITION))?.next).toBe(0);
    });

    test('a head cannot be put as an item', async () => {
      await expect(store().write([{ ...put('head'), key: headKey(PARTITION) }])).rejects.toThrow(/head/);
    });

    test('a trim of nothing, of too much, or of one producer twice is a bug', async () => {
      await makeGivenHead(store());
      const trim = {
        partition: PARTITION,
        from: asOffset(4),
        to: asOffset(9),
        remove: ['a', 'b'],
        evict: [],
      };
      const producer = { producerId: '7', written: bytes('state 1') };
      await expect(store().trim({ ...trim, to: asOffset(4) })).rejects.toThrow(/from 4 to 4/);
      await expect(store().trim({ ...trim, remove: new Array(201).fill('a') })).rejects.toThrow(
        /201 entries/,
      );
      await expect(store().trim({ ...trim, evict: new Array(51).fill(producer) })).rejects.toThrow(
        /51 producers/,
      );
      await expect(store().trim({ ...trim, evict: [producer, producer] })).rejects.toThrow(/twice/);
      expect(await head()).toEqual(GIVEN_HEAD);
    });

    test('swap puts and removes segments with the head', async () => {
      await makeGivenHead(store());
      await store().write([put('s#old')]);
      const outcome = await store().swap({
        partition: PARTITION,
        seen: 1,
        to: asOffset(4),
        segmentId: 'm',
        put: [{ key: key('s#new'), attributes: { n: 1 }, data: bytes('d') }],
        remove: [key('s#old'), key('s#not there')],
      });
      expect(outcome.kind).toBe('done');
      expect(await store().get(key('s#old'))).toBeUndefined();
      expect((await store().get(key('s#new')))?.attributes).toEqual({ n: 1 });
    });

    test('a swap that is refused touches no segment', async () => {
      await makeGivenHead(store());
      await store().write([put('s#old')]);
      const outcome = await store().swap({
        partition: PARTITION,
        seen: 0,
        to: asOffset(4),
        segmentId: 'm',
        put: [{ key: key('s#new'), attributes: {} }],
        remove: [key('s#old')],
      });
      expect(outcome.kind).toBe('refused');
      expect(await store().get(key('s#old'))).toBeDefined();
      expect(await store().get(key('s#new'))).toBeUndefined();
    });

    test('a swap of 99 segments is done, of 100 it is a bug, and below compacted too', async () => {
      await makeGivenHead(store());
      const segments = Array.from({ length: 100 }, (_, i) => ({ key: key(`s#${i}`), attributes: {} }));
      const swap = { partition: PARTITION, seen: 1, to: asOffset(3), segmentId: 'm', remove: [] };
      await expect(store().swap({ ...swap, put: segments })).rejects.toThrow(/100 segments/);
      await expect(store().swap({ ...swap, to: asOffset(2), put: [] })).rejects.toThrow(/below compacted/);
      expect((await store().swap({ ...swap, put: segments.slice(1) })).kind).toBe('done');
      expect((await store().query({ pk: 'P', limit: 1000, direction: 'forward' })).length).toBe(99);
    });
  });
}
