import { beforeEach, describe, expect, test } from 'vitest';
import { asEpoch } from '../../../lib/kafka/types.ts';
import { NotDoneError, UnknownOutcomeError } from '../../../lib/storage/errors.ts';
import { inlineIntakeKey } from '../../../lib/storage/keys.ts';
import { bytes } from '../head-commands.ts';
import { key, kinds, newAppend, PARTITION, put } from './given.ts';
import type { MetadataHome } from './home.ts';

export function describeFaults(home: () => MetadataHome): void {
  const store = () => home().store;
  const intake = { objectId: 'm1', data: bytes('slices') };

  describe('faults', () => {
    beforeEach(() => store().createHeads([PARTITION], 1));

    test('what is not done is said so, leaves nothing, and can be done when the fault is over', async ({
      skip,
    }) => {
      const during = home().faults?.notDone;
      if (!during) return skip('this home has no such fault here');
      await during(async () => {
        await expect(store().write([put('a')])).rejects.toThrow(NotDoneError);
        await expect(store().append({ intake, appends: [newAppend('a')] })).rejects.toThrow(NotDoneError);
        const outcomes = await store().append({ appends: [newAppend('a'), newAppend('b')] });
        for (const outcome of outcomes) expect(outcome).toBeInstanceOf(NotDoneError);
        await expect(store().lead({ partition: PARTITION, to: 2, seen: asEpoch(0) })).rejects.toThrow(
          NotDoneError,
        );
      });
      expect(await store().get(key('a'))).toBeUndefined();
      expect(await store().get(inlineIntakeKey(intake.objectId))).toBeUndefined();
      expect((await store().getHead(PARTITION))?.next).toBe(0);
      await store().write([put('a')]);
      expect(kinds(await store().append({ intake, appends: [newAppend('a')] }))).toEqual(['done']);
    });

    test('what cannot be told is said so, and the store can be used when the fault is over', async ({
      skip,
    }) => {
      const during = home().faults?.unknown;
      if (!during) return skip('this home has no such fault here');
      await during(async () => {
        await expect(store().write([put('a')])).rejects.toThrow(UnknownOutcomeError);
        // A home that keeps the intake in a call of its own raises before it touches a head.
        const withIntake = await store()
          .append({ intake, appends: [newAppend('a')] })
          .catch((raised: unknown) => [raised]);
        for (const outcome of withIntake) expect(outcome).toBeInstanceOf(UnknownOutcomeError);
        const [first, second] = await store().append({ appends: [newAppend('b'), newAppend('c')] });
        expect(first).toBeInstanceOf(UnknownOutcomeError);
        expect(['unknown', 'notDone']).toContain(second?.kind); // held back, or it could overtake the first
        const lead = { partition: PARTITION, to: 2, seen: asEpoch(0) };
        await expect(store().lead(lead)).rejects.toThrow(UnknownOutcomeError);
        expect(await store().getHead(PARTITION)).toBeDefined();
      });
      const epoch = (await store().getHead(PARTITION))?.epoch ?? asEpoch(0);
      expect((await store().lead({ partition: PARTITION, to: 1, seen: epoch })).kind).toBe('done');
    });

    test('after close every call is not done, and closing again is harmless', async () => {
      const another = await home().openAnother();
      await another.close();
      await another.close();
      await expect(another.get(key('a'))).rejects.toThrow(NotDoneError);
      await expect(another.write([put('a')])).rejects.toThrow(NotDoneError);
    });
  });
}
