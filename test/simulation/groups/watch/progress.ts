/** How far a group has come in one partition, all its members and generations together. */
export class Progress {
  readonly #processed = new Set<number>();
  /** Nobody need process what lies below: a reset, or somebody who is no member, has passed it over. */
  #excused = 0;
  #end = 0;

  process(offset: number): void {
    this.#processed.add(offset);
    this.#advance();
  }

  excuse(offset: number): void {
    this.#excused = Math.max(this.#excused, offset);
    this.#advance();
  }

  /** Everything below has been processed, or need not be. */
  get end(): number {
    return this.#end;
  }

  #advance(): void {
    this.#end = Math.max(this.#end, this.#excused);
    while (this.#processed.has(this.#end)) this.#end += 1;
  }
}
