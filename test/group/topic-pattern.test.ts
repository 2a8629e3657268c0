import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writtenOutSize } from '../../lib/group/pattern-size.ts';
import { matchingTopics, validatePattern } from '../../lib/group/topic-pattern.ts';
import { KafkaError } from '../../lib/kafka/errors.ts';
import { runs } from '../support/runs.ts';

test.each([
  ['a prefix', 'orders-.*', ['orders-eu', 'orders-'], ['orders', 'my-orders-eu', 'Orders-eu']],
  ['alternatives, each of them as a whole', 'a|ab', ['a', 'ab'], ['b', 'aab', 'abc']],
  ['a name as it is', 'orders', ['orders'], ['orders-eu', 'my-orders', 'order']],
  ['a dot is any character', 'a.b', ['a.b', 'a-b'], ['ab', 'a..b']],
  ['a dot that is escaped or quoted is a dot', String.raw`a\.\Q.\E`, ['a..'], ['a-.', 'a.-']],
  ['upper and lower case alike', '(?i)orders', ['ORDERS', 'orders'], ['order']],
  ['anchors may stand there', '^orders$', ['orders'], ['orders-eu']],
  ['a group has a name', '(?P<region>eu|us)-orders', ['eu-orders'], ['asia-orders']],
  ['anything', '.*', ['orders', '_'], []],
  ['everything but internal topics', '[^_].*', ['orders'], ['__consumer_offsets']],
  ['the largest repetition of RE2', '.{1,1000}', ['orders'], []],
])('%s', async (_, pattern, matching, others) => {
  await validatePattern(pattern);
  expect(await matchingTopics(pattern, [...others, ...matching])).toEqual(matching);
});

test('names that match stay in their order, whatever they come in', async () => {
  const names = new Set(['b-1', 'a-1', 'c', 'a-2']);
  expect(await matchingTopics('[ab]-.', names)).toEqual(['b-1', 'a-1', 'a-2']);
  expect(await matchingTopics('[ab]-.', names.values())).toEqual(['b-1', 'a-1', 'a-2']);
});

test.each([
  ['an empty pattern', '', 'empty'],
  ['a group that stays open', 'orders-(eu|us', 'missing closing )'],
  ['a class that stays open', '[a-z', 'missing closing ]'],
  ['a repetition of nothing', '*', 'missing argument to repetition operator'],
  ['look-ahead', '(?!_).*', 'invalid or unsupported Perl syntax: `(?!`'],
  ['look-behind', '(?<=a)b', 'invalid named capture: `(?<=a)b`'],
  ['a back-reference', String.raw`(a)\1`, 'invalid escape sequence: `\\1`'],
  ['a class that nobody knows', String.raw`\p{Klingon}`, 'invalid character class range'],
  ['more repetitions than RE2 takes', 'a{1001}', 'invalid repeat count'],
  ['a very long pattern', 'a'.repeat(1_025), '1025 characters, more than 1024'],
])('%s is refused', async (_, pattern, reason) => {
  const refusal = { error: 'INVALID_REGULAR_EXPRESSION', message: expect.stringContaining(reason) };
  await expect(validatePattern(pattern)).rejects.toMatchObject(refusal);
  await expect(matchingTopics(pattern, [])).rejects.toMatchObject(refusal);
});

test('a pattern of 1,024 characters is taken', async () => {
  const alternatives = Array.from({ length: 100 }, (_, index) => `topic-${index}`).join('|');
  const pattern = `${alternatives}|${'x'.repeat(1_023 - alternatives.length)}`;
  expect(pattern).toHaveLength(1_024);
  expect(await matchingTopics(pattern, ['topic-7', 'topic-100', 'topic-99'])).toEqual([
    'topic-7',
    'topic-99',
  ]);
});

test.each([
  ['repetitions of repetitions', '(((a{1000}){1000}){1000})'],
  ['a long group many times', `(${'a'.repeat(1_014)}){1000}`],
  ['many large repetitions', 'a{1000}'.repeat(146)],
  ['a long group of repetitions, some times', `(${'a{100}'.repeat(168)}){10}`],
  ['empty groups without end', `(${'()'.repeat(500)}){1000}`],
  ['some thousands of alternatives', '((((a|b)?){31}){31}){1}'],
  ['a few characters that make a bit too much', '(a?b?c?){600}'],
])('a pattern that would grow large is refused, and at once: %s', async (_, pattern) => {
  const startMs = performance.now();
  await expect(validatePattern(pattern)).rejects.toMatchObject({
    error: 'INVALID_REGULAR_EXPRESSION',
    message: expect.stringContaining('too large'),
  });
  expect(performance.now() - startMs).toBeLessThan(200);
});

test('whatever text is a pattern, or it is refused as none', async () => {
  const syntax = fc.constantFrom(...'ab.*+?|()[]{}^$\\,:-019QEpPx<>=!i', '{2}', '(?:', '[[:alpha:]]', '\\Q');
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(syntax, { maxLength: 30 }).map((some) => some.join('')),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const refusal = await validatePattern(text).catch((error: unknown) => error);
      if (refusal !== undefined) {
        expect(refusal).toBeInstanceOf(KafkaError);
        expect(refusal).toMatchObject({ error: 'INVALID_REGULAR_EXPRESSION' });
      }
    }),
    { numRuns: runs(2_000) },
  );
});

test('time to match grows with a name, not with the ways to read it', async () => {
  const startMs = performance.now();
  expect(await matchingTopics('((a+)+)+b', ['a'.repeat(249)])).toEqual([]);
  expect(await matchingTopics('(a|aa|aaa)*(a?){100}b', ['a'.repeat(249)])).toEqual([]);
  expect(performance.now() - startMs).toBeLessThan(1_000);
});

test('others have their turn while a costly pattern goes through many names', async () => {
  let turns = 0;
  const count = (): void => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const names = Array.from({ length: 100 }, (_, index) => 'ab'.repeat(100) + index);
  await matchingTopics('(a|b)*a(a|b){150}.*', names);
  clearImmediate(next);
  expect(turns).toBeGreaterThan(30);
});

test('more patterns than are kept compiled still match, one after the other', async () => {
  const patterns = Array.from({ length: 50 }, (_, index) => `topic-${index}`);
  for (const pattern of [...patterns, ...patterns]) {
    expect(await matchingTopics(pattern, patterns)).toEqual([pattern]);
  }
});

test('the engine is loaded with the first pattern, not before', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve: (name, context, next) => { loaded.push(name); return next(name, context); } });
    const { validatePattern } = await import('./lib/group/topic-pattern.ts');
    const before = loaded.includes('re2js');
    await validatePattern('orders-.*');
    console.log(JSON.stringify([before, loaded.includes('re2js')]));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  expect(JSON.parse(stdout)).toEqual([false, true]);
});

test.each([
  ['letters', 'abc', 3],
  ['a repetition', 'ab{10}', 11],
  ['the upper bound of a repetition', 'a{2,10}', 10],
  ['the lower one, if it has no upper bound', 'a{7,}', 7],
  ['none is still one', 'a{0}', 1],
  ['a repetition of a group', '(ab{10}){5}', 65],
  ['a class is one piece', '[a-z(]{4}', 4],
  ['so is an escape', String.raw`\({4}\p{Greek}{4}\x{41}{4}`, 12],
  ['braces in quotes or a class repeat nothing', String.raw`\Qa{9}\E[{9}]`, 5],
  ['a name takes no room', '(?P<name>a){2}', 6],
])('size of a pattern written out: %s', (_, pattern, size) => {
  expect(writtenOutSize(pattern)).toBe(size);
});
