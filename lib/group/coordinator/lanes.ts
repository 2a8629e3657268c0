import { KafkaError } from '../../kafka/errors.ts';

/** One that waits in a lane. */
export interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export interface LaneLimits<Request> {
  readonly batchMax: number;
  readonly waitingMax: number;
  /** Names that no two requests of one batch may share: the second waits for the next. */
  readonly onceABatch: (request: Request) => readonly string[];
}

/**
 * Does what is asked of one group one batch after the other: what comes while a batch is under way waits, and goes
 * together. So members that come in crowds cost one look and one write for all, and do not refuse each other.
 */
export class Lanes<Request, Answer> {
  readonly #lanes = new Map<string, Waiting<Request, Answer>[]>();
  readonly #work = new Set<Promise<void>>();
  readonly #limits: LaneLimits<Request>;
  readonly #perform: (groupId: string, batch: readonly Waiting<Request, Answer>[]) => Promise<void>;

  /** @param perform Settles each of the batch; when it throws, those that are left hear of it. */
  constructor(
    limits: LaneLimits<Request>,
    perform: (groupId: string, batch: readonly Waiting<Request, Answer>[]) => Promise<void>,
  ) {
    this.#limits = limits;
    this.#perform = perform;
  }

  /** @throws KafkaError COORDINATOR_LOAD_IN_PROGRESS when too many wait already. */
  ask(groupId: string, request: Request): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const waiting = { request, resolve, reject };
    const lane = this.#lanes.get(groupId);
    if (lane === undefined) {
      const begun = [waiting];
      this.#lanes.set(groupId, begun);
      const work = this.#run(groupId, begun);
      this.#work.add(work);
      void work.finally(() => this.#work.delete(work));
    } else if (lane.length < this.#limits.waitingMax) lane.push(waiting);
    else
      reject(
        new KafkaError(
          'COORDINATOR_LOAD_IN_PROGRESS',
          'Too many members speak at once. Try again in a moment.',
        ),
      );
    return promise;
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  async #run(groupId: string, lane: Waiting<Request, Answer>[]): Promise<void> {
    while (lane.length > 0) {
      const batch = lane.splice(0, this.#nextBatchLength(lane));
      try {
        await this.#perform(groupId, batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#lanes.delete(groupId);
  }

  #nextBatchLength(lane: readonly Waiting<Request, Answer>[]): number {
    const { batchMax, onceABatch } = this.#limits;
    const names = new Set<string>();
    for (const [index, { request }] of lane.entries()) {
      const own = onceABatch(request);
      if (index === batchMax || own.some((name) => names.has(name))) return index;
      for (const name of own) names.add(name);
    }
    return lane.length;
  }
}
