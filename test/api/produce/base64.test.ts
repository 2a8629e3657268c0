import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64 } from '../../../lib/api/produce/base64.ts';

/** RFC 4648 §4, with padding or without it. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

test('bytes come back, with padding and without it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      expect(decodeBase64(text)).toEqual(Buffer.from(bytes));
      expect(decodeBase64(text.replaceAll('=', ''))).toEqual(Buffer.from(bytes));
    }),
  );
});

test('what is no base64 is refused, and what is one is not', () => {
  const nearly = fc.string({
    unit: fc.constantFrom('A', 'b', '0', '+', '/', '=', '-', '_', ' ', '\n', '%', 'é'),
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.oneof(nearly, fc.base64String(), fc.string()), (text) => {
      expect(decodeBase64(text) !== undefined).toBe(BASE64.test(text));
    }),
    { numRuns: 2_000 },
  );
});
