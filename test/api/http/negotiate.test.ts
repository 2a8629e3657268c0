import fc from 'fast-check';
import { expect, test } from 'vitest';
import { essenceOf, negotiate } from '../../../lib/api/http/negotiate.ts';

const OFFERED = ['application/vnd.kafka.v2+json', 'application/json', 'text/plain'];

test.each([
  [null, 'application/vnd.kafka.v2+json'],
  ['', 'application/vnd.kafka.v2+json'],
  ['*/*', 'application/vnd.kafka.v2+json'],
  ['application/*', 'application/vnd.kafka.v2+json'],
  ['application/json', 'application/json'],
  ['Application/JSON; charset=utf-8', 'application/json'],
  ['text/*', 'text/plain'],
  ['text/html, application/json;q=0.9, */*;q=0.1', 'application/json'],
  ['text/html,*/*;q=0.1', 'application/vnd.kafka.v2+json'],
  ['*/*;q=0.5, application/vnd.kafka.v2+json;q=0', 'application/json'],
  ['application/json;q=0.5, text/plain;q=0.8', 'text/plain'],
  ['text/html', undefined],
  ['application/json;q=0', undefined],
  ['nonsense', undefined],
])('Accept: %s is answered with %s', (accept, chosen) => {
  expect(negotiate(accept, OFFERED)).toBe(chosen);
});

test('no header makes it fail, or answer with what is not offered', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '/', '*', ';', 'q', '=', '0', '.', '1', ',', ' ') }),
      (accept) => {
        expect([...OFFERED, undefined]).toContain(negotiate(accept, OFFERED));
      },
    ),
  );
});

test.each([
  ['application/json', 'application/json'],
  ['Application/JSON;charset="UTF-8"', 'application/json'],
  ['application/json; charset=utf8; x=1', 'application/json'],
  ['application/json; charset=latin1', undefined],
  ['', ''],
])('Content-Type: %s is %s', (contentType, essence) => {
  expect(essenceOf(contentType)).toBe(essence);
});
