import { expect, test } from 'vitest';
import { idempotencyKeyOf } from '../../../lib/api/produce/idempotency-key.ts';

const keyIn = (header: string | undefined) =>
  idempotencyKeyOf(
    new Request('http://x', { headers: header === undefined ? {} : { 'Idempotency-Key': header } }),
  );

test.each([
  [undefined, undefined],
  ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ['  "a b"  ', 'a b'],
  ['"a, b; c"', 'a, b; c'],
  [String.raw`"say \"hi\" \\"`, String.raw`say "hi" \ `.trim()],
  ['a/b:c=d', 'a/b:c=d'],
  [`"${'k'.repeat(255)}"`, 'k'.repeat(255)],
])('%s names the key %s', (header, key) => {
  expect(keyIn(header)).toBe(key);
});

test.each(['', '""', ' ', 'a b', 'a,b', '"a", "b"', '"a', 'a"', '"a\\b"', '"a";p=1', '"é"', 'k'.repeat(256)])(
  '%s is no key',
  (header) => {
    expect(() => keyIn(header)).toThrow(expect.objectContaining({ status: 400, errorCode: 40002 }));
  },
);
