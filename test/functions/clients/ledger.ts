import { kafkaErrors } from '../../../lib/kafka/errors.ts';
import { batchOf } from '../../log/batches.ts';
import type { Chance } from '../../simulation/world/chance.ts';
import { type ProduceAnswer, RECORD_BATCH } from '../../support/http.ts';
import type { PersistentClient } from './persistent-client.ts';

export interface SeenRecord {
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
}

/** What was sent to a topic, what was acknowledged, and what somebody has read. */
export class Ledger {
  readonly topic: string;
  readonly partitions: readonly number[];
  readonly problems: string[] = [];
  /** By value. */
  readonly #sent = new Map<string, number>();
  readonly #acknowledged = new Map<string, SeenRecord>();
  readonly #read = new Map<string, SeenRecord>();
  #reads = 0;

  constructor(topic: string, partitions: number) {
    this.topic = topic;
    this.partitions = Array.from({ length: partitions }, (_, index) => index);
  }

  get tally(): string {
    return `${this.#acknowledged.size} records acknowledged, ${this.#reads} read, ${this.#read.size} of them once`;
  }

  /** One partition's batches one after the other, each sent under its sequence until it is acknowledged. */
  async produce(
    client: PersistentClient,
    chance: Chance,
    { producerId, partition, batches }: { producerId: number; partition: number; batches: number },
  ): Promise<void> {
    let sequence = 0;
    for (let nth = 0; nth < batches; nth += 1) {
      const first = sequence;
      const count = chance.whole(1, 7);
      const values = Array.from({ length: count }, (_, index) => `${partition}:${first + index}`);
      for (const value of values) this.#sent.set(value, partition);
      const batch = batchOf(values, { producer: { id: producerId, sequence } });
      const base = await this.#append(client, partition, batch);
      if (base === undefined) return;
      for (const [index, value] of values.entries())
        this.#acknowledged.set(value, { partition, offset: base + index, value });
      sequence += count;
    }
  }

  async #append(client: PersistentClient, partition: number, body: Uint8Array): Promise<number | undefined> {
    for (;;) {
      const answer = await client.insist(`/topics/${this.topic}/partitions/${partition}`, {
        body,
        headers: { 'Content-Type': RECORD_BATCH },
      });
      if (answer.kind === 'refused') {
        this.problems.push(`a batch was refused: ${answer.status} ${answer.message}`);
        return undefined;
      }
      const [told] = (answer.body as ProduceAnswer).offsets;
      if (typeof told?.offset === 'number') return told.offset;
      const name = told?.error?.split(': ')[0] ?? '';
      if (!(name in kafkaErrors) || !kafkaErrors[name as keyof typeof kafkaErrors].retriable) {
        this.problems.push(`a batch failed: ${told?.error}`);
        return undefined;
      }
      await client.pause();
    }
  }

  /** Somebody got these, and does what they ask for. */
  read(who: string, records: readonly SeenRecord[]): void {
    for (const record of records) {
      const { partition, offset, value } = record;
      this.#reads += 1;
      if (this.#sent.get(value) !== partition)
        this.problems.push(`${who} read ${value} in partition ${partition}, where nobody sent it`);
      const before = this.#read.get(value);
      if (before !== undefined && before.offset !== offset)
        this.problems.push(`${value} was read at ${before.offset}, and by ${who} at ${offset}`);
      this.#read.set(value, record);
    }
  }

  /** What was acknowledged, and nobody read, or at another offset. */
  check(): void {
    for (const [value, { offset }] of this.#acknowledged) {
      const read = this.#read.get(value);
      if (read === undefined) this.problems.push(`${value} is at ${offset}, and nobody read it`);
      else if (read.offset !== offset)
        this.problems.push(`${value} was acknowledged at ${offset}, and read at ${read.offset}`);
    }
  }
}

interface Lag {
  readonly partition: number;
  readonly current_offset: number | null;
  readonly log_end_offset: number;
}

/** The partitions of which the group has not committed the end of the log. */
export async function notCommitted(
  client: PersistentClient,
  group: string,
  ledger: Ledger,
): Promise<string[]> {
  const answer = await client.insist(`/groups/${group}/lags`);
  const lags = answer.kind === 'done' ? (answer.body as { lags: Lag[] }).lags : [];
  return ledger.partitions.flatMap((partition) => {
    const lag = lags.find((each) => each.partition === partition);
    const isDone = lag !== undefined && lag.current_offset === lag.log_end_offset;
    return isDone ? [] : [`partition ${partition} is not committed to its end: ${JSON.stringify(lag)}`];
  });
}

/** Base64, as REST v2 shows bytes. */
export function seenRecords(body: unknown): SeenRecord[] {
  return (body as SeenRecord[]).map(({ partition, offset, value }) => ({
    partition,
    offset,
    value: Buffer.from(value, 'base64').toString(),
  }));
}
