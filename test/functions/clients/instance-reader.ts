import { BINARY_V2 } from '../../support/http.ts';
import { type Ledger, type SeenRecord, seenRecords } from './ledger.ts';
import type { PersistentClient } from './persistent-client.ts';

/** The group's, as all of its readers know them together. */
export interface ReadingGroup {
  readonly group: string;
  readonly client: PersistentClient;
  readonly ledger: Ledger;
  /** For each partition, the offsets that somebody asked to commit: where a partition may be begun anew. */
  readonly begins: ReadonlyMap<number, Set<number>>;
}

const READ_WAIT_MS = 200;
/** Of a read: a batch or two. */
const MAX_BYTES = 150;

/**
 * Reads through consumer instances of REST v2, one after the other: what a lost answer to a read has had in it is read by the
 * next one, because nobody has committed it.
 */
export class InstanceReader {
  readonly #reading: ReadingGroup;
  readonly #name: string;
  /** Names offsets when it commits; or lets the broker commit what was read. */
  readonly #isExplicit: boolean;
  readonly #next = new Map<number, number>();
  #lives = 0;
  #path: string | undefined;

  constructor(reading: ReadingGroup, name: string, isExplicit: boolean) {
    this.#reading = reading;
    this.#name = name;
    this.#isExplicit = isExplicit;
  }

  /** Reads and commits once, whatever comes of it. */
  async step(): Promise<void> {
    const { client, ledger } = this.#reading;
    this.#path ??= await this.#begin();
    const query = `timeout=${READ_WAIT_MS}&max_bytes=${MAX_BYTES}`;
    const answer = await client.ask(`${this.#path}/records?${query}`, { headers: { Accept: BINARY_V2 } });
    if (answer.kind !== 'done') {
      // It was not used for too long: nobody answered.
      this.#expect(answer, [404]);
      return this.abandon();
    }
    const records = seenRecords(answer.body);
    this.#checkOrder(records);
    ledger.read(this.#name, records);
    if (records.length > 0) await this.#commit(records);
  }

  /** Deletes its instance. What it has read and not committed, others read again. */
  async abandon(): Promise<void> {
    const path = this.#path;
    this.#path = undefined;
    this.#next.clear();
    if (path === undefined) return;
    this.#expect(await this.#reading.client.insist(path, { method: 'DELETE' }), [404]);
  }

  async #begin(): Promise<string> {
    const { client, group, ledger } = this.#reading;
    this.#lives += 1;
    const name = `${this.#name}-${this.#lives}`;
    const config = { name, format: 'binary', 'auto.offset.reset': 'earliest', 'auto.commit.enable': 'false' };
    // It is there already when the answer to the first try was lost.
    this.#expect(await client.insist(`/consumers/${group}`, { body: config }), [409]);
    const path = `/consumers/${group}/instances/${name}`;
    const body = { topics: [ledger.topic] };
    this.#expect(await client.insist(`${path}/subscription`, { body }), [404]);
    return path;
  }

  /** A partition goes on where it was, or is begun where somebody committed. */
  #checkOrder(records: readonly SeenRecord[]): void {
    const { begins, ledger } = this.#reading;
    const inThis = new Set<number>();
    for (const { partition, offset } of records) {
      const isNext = this.#next.get(partition) === offset;
      const isBegun = !inThis.has(partition) && begins.get(partition)?.has(offset);
      if (!isNext && !isBegun)
        ledger.problems.push(
          `${this.#name}-${this.#lives} read ${partition}@${offset}, and was at ${this.#next.get(partition)}`,
        );
      inThis.add(partition);
      this.#next.set(partition, offset + 1);
    }
  }

  async #commit(records: readonly SeenRecord[]): Promise<void> {
    const { client, begins, ledger } = this.#reading;
    const last = new Map(records.map(({ partition, offset }) => [partition, offset]));
    for (const [partition, next] of this.#next) begins.get(partition)?.add(next);
    const offsets = [...last].map(([partition, offset]) => ({ topic: ledger.topic, partition, offset }));
    const path = `${this.#path}/offsets`;
    if (this.#isExplicit) {
      // A partition that is somebody else's by now is refused, and so is an instance whose time is over.
      this.#expect(await client.insist(path, { body: { offsets } }), [404, 409]);
      return;
    }
    const answer = await client.ask(path, { method: 'POST' });
    this.#expect(answer, [404, 409]);
    // It may be done later, and then commit reads whose answers never came: so there may be no more reads.
    if (answer.kind !== 'done') await this.abandon();
  }

  #expect(answer: { readonly kind: string; readonly status?: number }, statuses: readonly number[]): void {
    if (answer.kind !== 'refused' || statuses.includes(answer.status ?? 0)) return;
    this.#reading.ledger.problems.push(`${this.#name} was refused: ${JSON.stringify(answer)}`);
  }
}
