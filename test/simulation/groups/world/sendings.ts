import type { Part } from '../watch/part.ts';

/** Records that producers sent, each with a value of its own. */
export class Sendings {
  readonly #acknowledged = new Map<Part, string[]>();
  #values = 0;

  freshValues(count: number): string[] {
    return Array.from({ length: count }, () => {
      this.#values += 1;
      return `v${this.#values}`;
    });
  }

  acknowledge(part: Part, values: readonly string[]): void {
    const known = this.#acknowledged.get(part) ?? [];
    this.#acknowledged.set(part, known);
    known.push(...values);
  }

  acknowledged(part: Part): readonly string[] {
    return this.#acknowledged.get(part) ?? [];
  }
}
