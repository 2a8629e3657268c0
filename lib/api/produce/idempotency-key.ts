import * as z from 'zod';
import { badParameter } from '../errors/api-error.ts';

const KEY_LENGTH_MAX = 255;

/** RFC 9651 §3.3.3: printable ASCII in quotes, in which a backslash stands before a quote or another backslash. */
const QUOTED = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
/** Without quotes, as many clients send it: visible ASCII but for what separates values or quotes them. */
const BARE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/;

/** For the routes that take it. */
export const idempotencyKeyHeader = z.strictObject({
  'Idempotency-Key': z
    .string()
    .optional()
    .describe(
      `Makes the request safe to repeat: a repeat with the same key and body is answered with the offsets of the first. 1 to ${KEY_LENGTH_MAX} characters in double quotes (a structured field string); quotes may be left out.`,
    ),
});

/**
 * The key under which a request may be repeated (draft-ietf-httpapi-idempotency-key-header), or `undefined`.
 * @throws ApiError 400 when it is no key.
 */
export function idempotencyKeyOf(request: Request): string | undefined {
  const header = request.headers.get('idempotency-key');
  if (header === null) return undefined;
  const text = header.replace(/^[ \t]+|[ \t]+$/g, ''); // RFC 9110 §5.6.3, and nothing else that trim() takes
  const key = QUOTED.exec(text)?.[1]?.replace(/\\(["\\])/g, '$1') ?? BARE.exec(text)?.[0] ?? '';
  if (key.length >= 1 && key.length <= KEY_LENGTH_MAX) return key;
  throw badParameter(
    `Idempotency-Key has to be one text of 1 to ${KEY_LENGTH_MAX} characters of ASCII, in double quotes.`,
  );
}
