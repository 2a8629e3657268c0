import { describe, expect, test } from 'vitest';
import { type LineFormat, lineParser } from '../../../lib/cli/produce/parse-line.ts';

function parse(text: string | Uint8Array, format: LineFormat): { key: string | null; value: string } {
  const { key, value } = lineParser(format)({ number: 7, bytes: Buffer.from(text) });
  return { key: key === null ? null : Buffer.from(key).toString(), value: Buffer.from(value).toString() };
}

describe('text', () => {
  test.each([
    ['a line is a value', 'k:v', {}, { key: null, value: 'k:v' }],
    ['so is an empty one', '', {}, { key: null, value: '' }],
    ['a separator cuts at its first place', 'k::v::w', { keySeparator: '::' }, { key: 'k', value: 'v::w' }],
    ['a key and a value may be empty', ':', { keySeparator: ':' }, { key: '', value: '' }],
  ])('%s', (_what, line, format, expected) => {
    expect(parse(line, format)).toEqual(expected);
  });

  test('a line without the separator is refused', () => {
    expect(() => parse('kv', { keySeparator: ':' })).toThrow(
      'line 7 has no : to separate a key from a value',
    );
  });
});

describe('JSON', () => {
  test.each([
    ['white space goes', ' { "a" : 1 } ', '{"a":1}'],
    ['numbers keep their digits', '{"a":9007199254740993,"b":1.0}', '{"a":9007199254740993,"b":1.0}'],
    ['any value will do', ' "text" ', '"text"'],
  ])('%s', (_what, line, value) => {
    expect(parse(line, { json: true })).toEqual({ key: null, value });
  });

  test.each([
    ['a text keeps its quotes', '{"k":"us"}', 'k', '"us"'],
    ['a number keeps its digits', '{"k":9007199254740993}', 'k', '9007199254740993'],
    ['dots lead into objects', '{"a":{"b":{"c":true}}}', 'a.b.c', 'true'],
    ['null is a key as well', '{"k":null}', 'k', 'null'],
    ['the last of two counts', '{"k":1,"k":2}', 'k', '2'],
    ['an object is a key in compact form', '{"k": { "x": [1, 2] } }', 'k', '{"x":[1,2]}'],
    ['a name may be anything', '{"__proto__":5}', '__proto__', '5'],
  ])('%s', (_what, line, keyField, key) => {
    expect(parse(line, { json: true, keyField }).key).toBe(key);
  });

  test.each([
    ['no JSON', '{"a":', 'k', 'line 7 is no JSON'],
    ['an empty line', '', 'k', 'line 7 is no JSON'],
    ['no UTF-8', Buffer.of(0x22, 0xff, 0x22), 'k', 'line 7 is no UTF-8'],
    ['a field that is not there', '{"a":1}', 'k', 'line 7 has no field k'],
    ['a field that only a prototype has', '{"a":1}', 'toString', 'line 7 has no field toString'],
    ['a field of an array', '[1]', '0', 'line 7 has no field 0'],
    ['a field of a text', '{"a":"b"}', 'a.length', 'line 7 has no field a.length'],
    ['too deep a nest', `${'['.repeat(2_000)}${']'.repeat(2_000)}`, undefined, 'line 7: The JSON is nested'],
  ])('%s is refused', (_what, line, keyField, message) => {
    expect(() => parse(line, { json: true, ...(keyField === undefined ? {} : { keyField }) })).toThrow(
      message,
    );
  });
});
