import { withKafkaErrors } from '../cluster/store-errors.ts';
import { KafkaError } from '../kafka/errors.ts';

/** What was accepted, so that a broker that closes can let it finish. */
export class AcceptedWork {
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;

  /** Does the work. @throws KafkaError COORDINATOR_NOT_AVAILABLE once it is closed; what the work throws. */
  async accept<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isClosed) {
      throw new KafkaError('COORDINATOR_NOT_AVAILABLE', 'The broker is shutting down. Try again later.');
    }
    const accepted = withKafkaErrors(work);
    this.#underWay.add(accepted);
    try {
      return await accepted;
    } finally {
      this.#underWay.delete(accepted);
    }
  }

  /** Resolves when what was accepted so far is over. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  /** Accepts no more, and resolves when what was accepted is over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.idle();
  }
}
