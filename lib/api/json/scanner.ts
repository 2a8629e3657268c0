import { badRequest } from '../errors/api-error.ts';
import { closingQuote, compactJson } from './compact.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

/** As deep as Jackson goes. */
const DEPTH_MAX = 1_000;

/**
 * Walks over JSON text that `JSON.parse` has found valid, to tell where its values stand. Each method begins at
 * {@link at} and leaves it behind what it read.
 */
export class JsonScanner {
  readonly text: string;
  at = 0;
  /** The first backslash at or behind what was read last; Infinity when there is none. */
  #backslash: number;

  constructor(text: string) {
    this.text = text;
    this.#backslash = this.#nextBackslash(0);
  }

  get isAtObject(): boolean {
    return this.#skipSpace() === OPEN_BRACE;
  }

  get isAtArray(): boolean {
    return this.#skipSpace() === OPEN_BRACKET;
  }

  /** Calls back for each member of the object; `onMember` has to read its value. */
  object(onMember: (name: string) => void): void {
    this.#skipSpace();
    this.at++;
    while (this.#skipSpace() !== CLOSE_BRACE) {
      const name = this.#name();
      this.#skipSpace();
      this.at++;
      onMember(name);
      if (this.#skipSpace() === COMMA) this.at++;
    }
    this.at++;
  }

  /** Calls back for each element of the array; `onElement` has to read it. */
  array(onElement: () => void): void {
    this.#skipSpace();
    this.at++;
    while (this.#skipSpace() !== CLOSE_BRACKET) {
      onElement();
      if (this.#skipSpace() === COMMA) this.at++;
    }
    this.at++;
  }

  /** The value as compact JSON, see {@link compactJson}. @throws ApiError 400 when it is nested too deeply. */
  compactValue(): string {
    this.#skipSpace();
    const start = this.at;
    const isCompact = this.#skipValue();
    const value = this.text.slice(start, this.at);
    return isCompact ? value : compactJson(value);
  }

  /** Passes a value over. @throws ApiError 400 when it is nested too deeply. */
  skipValue(): void {
    this.#skipSpace();
    this.#skipValue();
  }

  #name(): string {
    const start = this.at;
    const isPlain = this.#skipString();
    const token = this.text.slice(start, this.at);
    return isPlain ? token.slice(1, -1) : (JSON.parse(token) as string);
  }

  /** Whether there is neither white space between its tokens nor an escape in its strings. */
  #skipValue(): boolean {
    const { text } = this;
    let isCompact = true;
    let depth = 0;
    while (this.at < text.length) {
      const code = text.charCodeAt(this.at);
      if (code === QUOTE) {
        if (!this.#skipString()) isCompact = false;
        if (depth === 0) return isCompact;
        continue;
      }
      if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        if (++depth > DEPTH_MAX) throw badRequest(`The JSON is nested more than ${DEPTH_MAX} levels deep.`);
      } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
        if (depth === 0) return isCompact;
        if (--depth === 0) {
          this.at++;
          return isCompact;
        }
      } else if (code <= SPACE || code === COMMA) {
        if (depth === 0) return isCompact;
        if (code <= SPACE) isCompact = false;
      }
      this.at++;
    }
    return isCompact;
  }

  /** Whether the string has no escapes. */
  #skipString(): boolean {
    const close = closingQuote(this.text, this.at);
    if (this.#backslash < this.at) this.#backslash = this.#nextBackslash(this.at);
    this.at = close + 1;
    return this.#backslash > close;
  }

  #nextBackslash(from: number): number {
    const found = this.text.indexOf('\\', from);
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  }

  #skipSpace(): number {
    let code = this.text.charCodeAt(this.at);
    while (code <= SPACE) code = this.text.charCodeAt(++this.at);
    return code;
  }
}
