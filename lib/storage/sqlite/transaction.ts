import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { failedCommit, isSqliteError, notDone } from './sqlite-errors.ts';

/** Runs work as one transaction that holds the write lock from its beginning. */
export class Transactions {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;

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
