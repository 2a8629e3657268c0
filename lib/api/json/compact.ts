/**
 * JSON text without its insignificant white space, every token as it came but for escapes in strings: those are
 * written as Jackson writes them, so that a key has the same bytes, and so the same hash, as behind Confluent's
 * REST Proxy. `é` for `\u00e9`, `/` for `\/`, and `\u001B` with capitals.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/** One escape as `JSON.stringify` writes it; the first alternative keeps `\\u001f` (no escape) whole. */
const ESCAPE = /\\(?:[^u]|u([0-9a-f]{4}))/g;

/** The closing quote of the string that opens at `open`. The text is valid JSON. */
export function closingQuote(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (isEscaped(text, close)) close = text.indexOf('"', close + 1);
  return close;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

/** A string token, quotes included, as Jackson would write what it says. Lone surrogates stay escaped. */
function canonicalString(token: string): string {
  if (!token.includes('\\')) return token;
  const written = JSON.stringify(JSON.parse(token));
  return written.replace(ESCAPE, (found, digits?: string) =>
    digits === undefined ? found : `\\u${digits.toUpperCase()}`,
  );
}

/** `text` is one valid JSON value, with or without white space around it. */
export function compactJson(text: string): string {
  let out = '';
  let kept = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = closingQuote(text, at) + 1;
      const token = text.slice(at, end);
      const canonical = canonicalString(token);
      if (canonical !== token) {
        out += text.slice(kept, at) + canonical;
        kept = end;
      }
      at = end;
    } else if (code <= SPACE) {
      out += text.slice(kept, at);
      kept = ++at;
    } else at++;
  }
  return kept === 0 ? text : out + text.slice(kept);
}
