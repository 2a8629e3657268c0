import { expect, test } from 'vitest';
import { patch, patchSource } from './patch-source.ts';

const SOURCE = 'if (a) return b;\nif (a) return c;\n';

test('a patch changes the one place that it names, and takes dollars as they are', () => {
  expect(patchSource('mutant', SOURCE, [patch('f.ts', 'return b', 'return `$' + '&`')])).toBe(
    'if (a) return `$&`;\nif (a) return c;\n',
  );
});

test.each([
  ['stands nowhere', 'return d'],
  ['stands twice', 'if (a)'],
])('a patch whose text %s is an error that names mutant and file', (_, find) => {
  expect(() => patchSource('some-mutant', SOURCE, [patch('log/f.ts', find, '')])).toThrow(
    /^some-mutant: .* times in lib\/log\/f\.ts, not once$/,
  );
});
