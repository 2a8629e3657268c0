import { expect, test } from 'vitest';
import { editSource } from './edit-source.ts';

const SOURCE = 'if (a) return b;\nif (a) return c;\n';
const edit = (find: string, replace: string) => ({ file: 'lib/log/f.ts', find, replace });

test('an edit changes the one place that it names, and takes dollars as they are', () => {
  expect(editSource(SOURCE, edit('return b', 'return `$' + '&`'))).toBe(
    'if (a) return `$&`;\nif (a) return c;\n',
  );
});

test.each([
  ['nowhere', 'return d', /^lib\/log\/f\.ts has this 0 times/],
  ['twice', 'if (a)', /^lib\/log\/f\.ts has this 2 times/],
])('an edit whose snippet stands %s is an error that names the file', (_, find, error) => {
  expect(() => editSource(SOURCE, edit(find, ''))).toThrow(error);
});
