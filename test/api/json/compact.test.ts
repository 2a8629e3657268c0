import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compactJson } from '../../../lib/api/json/compact.ts';

test.each([
  ['9007199254740993', '9007199254740993'],
  [' 1.10 ', '1.10'],
  ['1e400', '1e400'],
  ['-0', '-0'],
  ['1E+2', '1E+2'],
  ['\t[ 1 , 2 ]\r\n', '[1,2]'],
  ['{ "b" : 1, "a" : { } , "1":[ ] }', '{"b":1,"a":{},"1":[]}'],
  ['{"a":1,"a":2}', '{"a":1,"a":2}'],
  ['" a  b "', '" a  b "'],
  ['"\\u00e9"', '"é"'],
  ['"\\/"', '"/"'],
  ['"\\ud83d\\ude00"', '"😀"'],
  ['"\\ud83d"', '"\\uD83D"'],
  ['"\\u001b\\u000B"', '"\\u001B\\u000B"'],
  ['"\\b\\f\\n\\r\\t\\"\\\\"', '"\\b\\f\\n\\r\\t\\"\\\\"'],
  ['"\\u0008\\u000a\\u0022\\u005c"', '"\\b\\n\\"\\\\"'],
  ['"\\\\u001b"', '"\\\\u001b"'],
  ['"\u007f\u2028"', '"\u007f\u2028"'],
  ['{"\\u0061 b":"c\\\\"}', '{"a b":"c\\\\"}'],
])('%s becomes %s', (text, compact) => {
  expect(compactJson(text)).toBe(compact);
});

test('what is compact says the same, has no white space between tokens, and stays as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const compact = compactJson(JSON.stringify(value, null, space));
      expect(JSON.parse(compact)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(compactJson(compact)).toBe(compact);
      const withoutControls = !/\\u[0-9a-f]{4}/.test(JSON.stringify(value));
      if (withoutControls) expect(compact).toBe(JSON.stringify(value));
    }),
  );
});
