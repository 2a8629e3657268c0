import { expect, test } from 'vitest';
import { PRINCIPAL_NAME_BYTES_MAX, userPrincipal, whyNotPrincipal } from '../../lib/cluster/principal.ts';

test.each([
  'alice',
  'alice@example.org',
  'arn:aws:iam::123456789012:role/reader',
  'Ünï cödé',
  'x'.repeat(PRINCIPAL_NAME_BYTES_MAX),
])('%s can be the name of a principal', (name) => {
  expect(whyNotPrincipal(userPrincipal(name))).toBeUndefined();
});

test.each([
  ['', 'is empty'],
  ['x'.repeat(PRINCIPAL_NAME_BYTES_MAX + 1), 'is longer than 512 bytes'],
  ['é'.repeat(PRINCIPAL_NAME_BYTES_MAX / 2 + 1), 'is longer than 512 bytes'],
  ['two\nlines', 'has control characters'],
  ['\u001b[2J', 'has control characters'],
  ['\u0085', 'has control characters'],
  ['half \ud83d', 'has control characters'],
  ['*', 'is *, which is nobody in particular'],
  ['ANONYMOUS', 'is ANONYMOUS, which is nobody in particular'],
])('%j cannot: it %s', (name, reason) => {
  expect(whyNotPrincipal(userPrincipal(name))).toBe(`has a name that ${reason}`);
});

test.each(['alice', 'user:alice', 'Group:alice', ''])('%j is no user', (principal) => {
  expect(whyNotPrincipal(principal)).toBe('does not begin with "User:"');
});
