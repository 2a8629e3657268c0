/** Something that happens at a certain moment. Of two at the same moment the one that was planned first comes first. */
interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

const EVENTS_MAX = 200_000;

/**
 * Simulated time: it stands still while somebody works and jumps to the next event when all have come to rest. Every
 * event runs until nothing is left to do but to wait for another one, so a run depends on nothing but what was planned.
 */
export class Scheduler {
  readonly #heap: Event[] = [];
  #planned = 0;
  #ran = 0;
  #nowMs = 0;
  readonly #turnsOfRest: number;

  /** @param turnsOfRest How many turns of the event loop whatever runs here needs at most to come to rest. */
  constructor(turnsOfRest = 1) {
    this.#turnsOfRest = turnsOfRest;
  }

  /** Milliseconds since the simulation began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): void {
    this.#planned += 1;
    this.#push({ atMs: this.#nowMs + ms, order: this.#planned, run });
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Runs events until `isOver` or until there are none. @throws Error when there seems to be no end of them. */
  async run(isOver: () => boolean = () => false): Promise<void> {
    await this.#atRest();
    while (!isOver()) {
      const event = this.#pop();
      if (event === undefined) return;
      this.#ran += 1;
      if (this.#ran > EVENTS_MAX) throw new Error(`the simulation did not end within ${EVENTS_MAX} events`);
      this.#nowMs = event.atMs;
      event.run();
      await this.#atRest();
    }
  }

  /** Resolves when no promise is left that can be kept without an event. Nothing here waits for the outside. */
  async #atRest(): Promise<void> {
    for (let turns = 0; turns < this.#turnsOfRest; turns += 1)
      await new Promise((resolve) => setImmediate(resolve));
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, event)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const [left, right] = [heap[below], heap[below + 1]];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) below += 1;
      const child = heap[below];
      if (child === undefined || isBefore(last, child)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
