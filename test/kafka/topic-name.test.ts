import { expect, test } from 'vitest';
import { collides, isTopicName, validateTopicName } from '../../lib/kafka/topic-name.ts';

test.each(['a', 'earthquakes', 'A-z_0.9', '...', '-', 'x'.repeat(249)])('%s is a topic name', (name) => {
  expect(isTopicName(name)).toBe(true);
  expect(() => validateTopicName(name)).not.toThrow();
});

test.each([
  ['', 'empty'],
  ['.', "'.'"],
  ['..', "'..'"],
  ['x'.repeat(250), '250 characters'],
  ['a b', 'ASCII letters'],
  ['größe', 'ASCII letters'],
  ['a/b', 'ASCII letters'],
  ['a\n', 'ASCII letters'],
])('%j is refused with the reason', (name, reason) => {
  expect(isTopicName(name)).toBe(false);
  expect(() => validateTopicName(name)).toThrow(
    expect.objectContaining({ error: 'INVALID_TOPIC_EXCEPTION', message: expect.stringContaining(reason) }),
  );
});

test("names that differ only in '.' and '_' collide", () => {
  expect(collides('a.b_c', 'a_b.c')).toBe(true);
  expect(collides('a.b', 'a-b')).toBe(false);
  expect(collides('a.b', 'ab')).toBe(false);
});
