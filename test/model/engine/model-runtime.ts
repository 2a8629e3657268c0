import type { Runtime } from '../../../lib/log/runtime.ts';

/**
 * No time passes, for how long a process was frozen is the explorer's choice. Chance is a count under the process's
 * number: so no two processes draw the same, and a process that is run again draws the same again.
 */
export class ModelRuntime implements Runtime {
  readonly #process: number;
  #draws = 0;
  #characters = 0;

  constructor(process: number) {
    this.#process = process;
  }

  nowMs(): number {
    return 1; // `ulid` takes 0 for no time at all
  }

  monotonicMs(): number {
    return 0;
  }

  random(): number {
    return 0.5;
  }

  randomBytes(length: number): Uint8Array {
    if (length === 1) return Uint8Array.of(8 * this.#character());
    this.#draws += 1;
    const bytes = new Uint8Array(length);
    bytes.set([this.#process, this.#draws], length - 2);
    return bytes;
  }

  async sleep(): Promise<void> {
    return;
  }

  async nextTurn(): Promise<void> {
    return;
  }

  /** Of an object id, which is made of 16, the last one first, and counts on from there. */
  #character(): number {
    const [place, id] = [this.#characters % 16, Math.floor(this.#characters / 16)];
    this.#characters += 1;
    return place === 15 ? this.#process : id;
  }
}
