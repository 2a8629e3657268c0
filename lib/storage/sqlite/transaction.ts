import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { UnknownOutcomeError } from '../errors.ts';
import { failedCommit, isSqliteError, notDone } from './sqlite-errors.ts';

interface Waiting {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Works that share one commit, and so are held up by each other. */
const TOGETHER_MAX = 64;

/** Runs work as transactions that hold the write lock from their beginning. */
export class Transactions {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  #waiting: Waiting[] = [];

  constructor(file: string, database: DatabaseSync) {
    this.#file = file;
    this.#database = database;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#rollback = database.prepare('ROLLBACK');
  }

  /**
   * What `work` returns, once it is durable. When `work` throws, nothing was written and its error comes out.
   * @throws NotDoneError and UnknownOutcomeError, as {@link failedCommit} sorts them.
   */
  run<Result>(work: () => Result): Result {
    let result: Result;
    try {
      this.#rollbackIfOpen(); // left behind when a rollback failed
      this.#begin.run();
      result = work();
    } catch (error) {
      this.#rollbackQuietly();
      throw isSqliteError(error) ? notDone(this.#file, error) : error;
    }
    try {
      this.#commit.run();
    } catch (error) {
      this.#rollbackQuietly();
      throw failedCommit(this.#file, error);
    }
    return result;
  }

  /**
   * As {@link run}, but at the end of this turn of the event loop, in one transaction with all that came in it: a
   * commit costs the same for one and for many. `work` is run again by itself when another one of them throws.
   */
  runTogether<Result>(work: () => Result): Promise<Result> {
    return new Promise<unknown>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.runWaiting());
      this.#waiting.push({ work, resolve, reject });
    }) as Promise<Result>;
  }

  /** Runs at once what waits for the end of the turn. */
  runWaiting(): void {
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0, TOGETHER_MAX);
      if (together.length === 1 || !this.#tryTogether(together))
        for (const one of together) this.#settle(one);
    }
  }

  /** Whether they are settled; if not, nothing was written. */
  #tryTogether(together: readonly Waiting[]): boolean {
    try {
      const results = this.run(() => together.map(({ work }) => work()));
      together.forEach(({ resolve }, index) => {
        resolve(results[index]);
      });
      return true;
    } catch (error) {
      if (!(error instanceof UnknownOutcomeError)) return false;
      for (const { reject } of together) reject(error);
      return true;
    }
  }

  #settle({ work, resolve, reject }: Waiting): void {
    try {
      resolve(this.run(work));
    } catch (error) {
      reject(error);
    }
  }

  #rollbackIfOpen(): void {
    if (this.#database.isTransaction) this.#rollback.run();
  }

  /** A rollback that fails is tried again before the next transaction; the error that led to it matters more. */
  #rollbackQuietly(): void {
    try {
      this.#rollbackIfOpen();
    } catch (error) {
      if (!isSqliteError(error)) throw error;
    }
  }
}
