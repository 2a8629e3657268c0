import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { editSource } from '../../support/edit-source.ts';
import { hunt } from './hunt.ts';
import { mutantNamed, mutants } from './mutants.ts';

/** Caught within a few seeds, each by another promise. */
const QUICK = [
  'append-without-epoch',
  'answer-before-commit',
  'unknown-is-sent-again',
  'object-deleted-when-unknown',
  'page-not-adopted',
  'evicted-producer-forgotten',
  'given-though-held',
  'not-sticky',
  'fence-falls',
  'offset-without-version',
  'overtaken-commit-put',
];
const QUICK_SEEDS_MAX = 100;

test('there are at least fifteen mutants, each with a name of its own', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(15);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});

describe.each(mutants)('$name', ({ edits }) => {
  test('matches the code, and changes it', () => {
    const sources = new Map<string, string>();
    for (const edit of edits) {
      const before = sources.get(edit.file) ?? readFileSync(edit.file, 'utf8');
      const after = editSource(before, edit);
      expect(after).not.toBe(before);
      sources.set(edit.file, after);
    }
  });
});

test.each(QUICK)('the simulation catches %s', async (name) => {
  const { caught } = await hunt(mutantNamed(name), QUICK_SEEDS_MAX);
  expect(caught).toBeDefined();
});
