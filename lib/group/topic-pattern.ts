import { setImmediate as nextTurn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { RE2JS } from 're2js';
import { KafkaError } from '../kafka/errors.ts';
import { writtenOutSize } from './pattern-size.ts';

/** A pattern that lists some dozens of topics has room in it. */
const PATTERN_LENGTH_MAX = 1_024;

/** The largest repetition that RE2 takes, `.{0,1000}`, makes 2,002. The worst of names then takes some 50 ms. */
const PROGRAM_SIZE_MAX = 2_500;

/** What RE2 remembers of a pattern while it matches is up to 8 MB each. */
const PATTERNS_MAX = 16;

/** Instructions times characters, after which others have their turn: 0.1 ms as a rule, 10 ms at worst. */
const STEPS_PER_TURN_MAX = 100_000;

const compiled = new LRUCache<string, RE2JS>({ max: PATTERNS_MAX });

/**
 * Whether members may subscribe to topics by this pattern (KIP-848): in the syntax of RE2/J, the engine that Kafka's
 * coordinator has, which knows no look-around and no back-references, and takes linear time.
 * @throws KafkaError INVALID_REGULAR_EXPRESSION: it says what is wrong.
 */
export async function validatePattern(pattern: string): Promise<void> {
  await compile(pattern);
}

/**
 * Those of `names` that the pattern matches as a whole, in their order.
 * @throws KafkaError INVALID_REGULAR_EXPRESSION
 */
export async function matchingTopics(pattern: string, names: Iterable<string>): Promise<string[]> {
  const regex = await compile(pattern);
  const matching: string[] = [];
  let steps = 0;
  for (const name of names) {
    steps += regex.programSize() * name.length;
    if (steps > STEPS_PER_TURN_MAX) {
      await nextTurn();
      steps = 0;
    }
    if (regex.testExact(name)) matching.push(name);
  }
  return matching;
}

async function compile(pattern: string): Promise<RE2JS> {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (pattern === '') throw invalid('the pattern is empty');
  if (pattern.length > PATTERN_LENGTH_MAX) {
    throw invalid(`the pattern has ${pattern.length} characters, more than ${PATTERN_LENGTH_MAX}`);
  }
  // Twice, because it is an estimate.
  if (writtenOutSize(pattern) > 2 * PROGRAM_SIZE_MAX) throw tooLarge(pattern);
  // A broker whose groups have no patterns never loads it.
  const { RE2JS, RE2JSException } = await import('re2js');
  try {
    const regex = RE2JS.compile(pattern);
    if (regex.programSize() > PROGRAM_SIZE_MAX) throw tooLarge(pattern);
    compiled.set(pattern, regex);
    return regex;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const reason = error.message.replace(/^error parsing regexp: /, '');
    throw invalid(`the pattern "${pattern}" is not in RE2's syntax: ${reason}`, { cause: error });
  }
}

function tooLarge(pattern: string): KafkaError {
  return invalid(
    `the pattern "${pattern}" is too large: with its repetitions written out it has more than ${PROGRAM_SIZE_MAX} instructions`,
  );
}

function invalid(message: string, options?: ErrorOptions): KafkaError {
  return new KafkaError('INVALID_REGULAR_EXPRESSION', message, options);
}
