import { ApiError, RETRY_AFTER } from '../errors/api-error.ts';

export interface BoundedWorkOptions {
  /** Pieces of work under way at once. */
  readonly atOnceMax: number;
  /** Pieces of work that wait for their turn. */
  readonly waitingMax: number;
  /** What whoever finds no place is told. */
  readonly message: string;
}

/** Lets a few do something costly at once, has some more wait in the order in which they came, and sends the rest away. */
export class BoundedWork {
  readonly #options: BoundedWorkOptions;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor(options: BoundedWorkOptions) {
    this.#options = options;
  }

  /** @throws ApiError 503, when too many wait; what the work throws. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const { atOnceMax, waitingMax, message } = this.#options;
    if (this.#underWay === atOnceMax) {
      if (this.#waiting.length === waitingMax) throw new ApiError(503, 503, message, RETRY_AFTER);
      // Whoever ends hands its place over, so nobody who comes in between can take it.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#underWay++;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#underWay--;
      else next();
    }
  }
}
