import { AssertionError } from 'node:assert';
import { describe, expect, test } from 'vitest';
import { asEpoch, asOffset } from '../../../lib/kafka/types.ts';
import type { Head } from '../../../lib/storage/head.ts';
import { assertHead } from '../../../lib/storage/heads/assert-head.ts';
import { newHead } from '../../../lib/storage/heads/new-head.ts';
import { GIVEN, GIVEN_HEAD, HEAD_CASES, ONE_OF_EACH } from '../head-cases.ts';
import { append, applyPurely, bytes, plain } from '../head-commands.ts';

function givenHead(): Head {
  return GIVEN.reduce((head, command) => {
    const outcome = applyPurely(head, command);
    if (outcome.kind === 'refused') throw new Error(`refused: ${Object.keys(command)}`);
    return outcome.head;
  }, newHead(1));
}

describe('head operations', () => {
  for (const { name, when, changes } of HEAD_CASES) {
    test(name, () => {
      const head = givenHead();
      const outcome = applyPurely(head, when);
      expect(outcome.kind).toBe(changes ? 'done' : 'refused');
      expect(plain(outcome.head)).toEqual({ ...GIVEN_HEAD, ...changes });
      expect(plain(head)).toEqual(GIVEN_HEAD); // the one that was given is not changed
    });
  }

  for (const command of ONE_OF_EACH) {
    test(`${Object.keys(command)[0]} needs a head that is alive`, () => {
      expect(applyPurely(undefined, command)).toEqual({ kind: 'refused', head: undefined });
      const dead = { ...givenHead(), deleted: true };
      expect(applyPurely(dead, command)).toEqual({ kind: 'refused', head: dead });
    });
  }

  test('a trim whose entries and end do not belong together is a bug', () => {
    const trim = (to: number, remove: string[]) =>
      applyPurely(givenHead(), { trim: { from: asOffset(4), to: asOffset(to), remove, evict: [] } });
    expect(() => trim(9, ['a'])).toThrow(AssertionError);
    expect(() => trim(6, ['a', 'b'])).toThrow(AssertionError);
    expect(() => trim(14, ['a', 'b'])).toThrow(AssertionError);
    expect(() => trim(15, ['a', 'b', 'c'])).toThrow(AssertionError);
    expect(() => trim(4, [])).toThrow(AssertionError);
  });

  test('offsets and epochs end where their types end', () => {
    const last = { ...newHead(1), tail: asOffset(2 ** 53 - 2), next: asOffset(2 ** 53 - 2) };
    expect(applyPurely(last, append('a')).kind).toBe('done');
    expect(() => applyPurely(last, append('a', { count: 2 }))).toThrow(RangeError);
    const epoch = asEpoch(2 ** 31 - 1);
    expect(() => applyPurely({ ...newHead(1), epoch }, { lead: { to: 1, seen: epoch } })).toThrow(RangeError);
  });
});

const entry = (appendId: string, base: number) => ({ appendId, base: asOffset(base), entry: bytes('e') });

const BROKEN: { name: string; head: Partial<Head> }[] = [
  { name: 'start above next', head: { start: asOffset(1) } },
  { name: 'compacted above tail', head: { next: asOffset(2), tail: asOffset(2), compacted: asOffset(3) } },
  { name: 'tail above next', head: { tail: asOffset(1) } },
  { name: 'offsets without an entry', head: { next: asOffset(1) } },
  { name: 'an entry without offsets', head: { entries: [entry('a', 0)] } },
  { name: 'a first entry above tail', head: { next: asOffset(2), entries: [entry('a', 1)] } },
  { name: 'a last entry at next', head: { next: asOffset(1), entries: [entry('a', 0), entry('b', 1)] } },
  { name: 'two entries at one base', head: { next: asOffset(1), entries: [entry('a', 0), entry('b', 0)] } },
  { name: 'an offset that is none', head: { start: -1 as never } },
  { name: 'an epoch that is none', head: { epoch: 0.5 as never } },
  { name: 'counters that are none', head: { evictions: -1 } },
];

describe('a head with', () => {
  for (const { name, head } of BROKEN) {
    test(`${name} is a bug`, () => {
      expect(() => assertHead({ ...newHead(1), ...head })).toThrow();
    });
  }
});
