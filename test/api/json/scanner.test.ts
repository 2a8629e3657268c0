import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonScanner } from '../../../lib/api/json/scanner.ts';

/** The values of an object's members as text, by name. */
function membersOf(text: string): Record<string, string> {
  const members: [string, string][] = [];
  const scanner = new JsonScanner(text);
  scanner.object((name) => members.push([name, scanner.compactValue()]));
  return Object.fromEntries(members);
}

test.each([
  ['{}', {}],
  [' { "a" : 1.10 , "b":[ 1 ] } ', { a: '1.10', b: '[1]' }],
  ['{"a\\"}":"}]\\\\","b":{"c":"{"}}', { 'a"}': '"}]\\\\"', b: '{"c":"{"}' }],
  ['{"a":true,"b":null}', { a: 'true', b: 'null' }],
  ['{"\\u0061":"\\u00e9"}', { a: '"é"' }],
])('the members of %s', (text, members) => {
  expect(membersOf(text)).toEqual(members);
});

test('every value is found where JSON.parse finds it, however the text is written', () => {
  const escaped = (text: string): string =>
    text.replace(/[a-z]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.constantFrom(undefined, 1, '\t'),
      fc.boolean(),
      (object, space, escape_) => {
        const plain = JSON.stringify(object, null, space);
        const text = escape_ ? plain.replace(/"[a-z]+"/g, escaped) : plain;
        const parsed = JSON.parse(text) as Record<string, unknown>;
        const found = membersOf(text);
        expect(Object.keys(found)).toEqual(Object.keys(parsed));
        for (const [name, value] of Object.entries(found)) expect(JSON.parse(value)).toEqual(parsed[name]);
      },
    ),
  );
});

test('the elements of an array are found, whatever stands in them', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 2), (array, space) => {
      const found: unknown[] = [];
      const scanner = new JsonScanner(JSON.stringify(array, null, space));
      scanner.array(() => found.push(JSON.parse(scanner.compactValue())));
      expect(found).toEqual(JSON.parse(JSON.stringify(array)));
    }),
  );
});

test('many quotes behind many backslashes take no longer than their number', () => {
  const value = JSON.stringify('\\"'.repeat(500_000));
  expect(membersOf(`{"a":${value}}`)).toEqual({ a: value });
});
