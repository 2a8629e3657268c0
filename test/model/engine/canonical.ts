const texts = new WeakMap<object, string>();

/** One text for all values that are the same, byte for byte. Objects are taken to be immutable. */
export function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = write(value);
  texts.set(value, text);
  return text;
}

function write(value: object): string {
  if (value instanceof Uint8Array) {
    return `${value.length} bytes ${Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1')}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const fields = value instanceof Map ? [...value] : Object.entries(value);
  return `{${fields.map(([name, field]) => `${name}:${canonical(field)}`).join()}}`;
}

/** Numbers things from 0 in the order in which they were first seen, and gives the one thing for all its equals. */
export class Numbered<Thing> {
  readonly #numbers = new Map<string, number>();
  readonly #things: Thing[] = [];

  numberOf(thing: Thing, text: string = canonical(thing)): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#things.length);
    this.#things.push(thing);
    return this.#things.length - 1;
  }

  at(number: number): Thing {
    const thing = this.#things[number];
    if (thing === undefined) throw new RangeError(`nothing has number ${number}`);
    return thing;
  }

  get size(): number {
    return this.#things.length;
  }
}
