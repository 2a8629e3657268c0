import assert from 'node:assert/strict';
import type { Stores } from '../../../lib/storage/embedded.ts';
import type { Fault, Operation } from '../../support/faulty-stores.ts';
import { seededRandom } from '../../support/random.ts';
import { readAll } from '../batches.ts';
import { checkInvariants } from '../check-invariants.ts';
import { newPartition, openLogs, type TestLogs } from '../test-logs.ts';
import { PartitionModel } from './partition-model.ts';

/** Which faults an operation can have, as often as they stand here; reads can only be not done. */
const FAULTS: Partial<Record<Operation, readonly Fault[]>> = {
  'objects.put': ['notDone', 'lost', 'answerLost', 'late', 'twice', 'notDoneForGood'],
  'objects.get': ['notDone'],
  'metadata.intake': ['notDone', 'lost'],
  'metadata.append': ['notDone', 'lost', 'answerLost', 'late', 'late', 'notDoneForGood'],
  'metadata.lead': ['notDone', 'lost', 'answerLost', 'late'],
  'metadata.trim': ['notDone', 'lost', 'answerLost', 'late'],
  'metadata.write': ['notDone', 'lost', 'answerLost', 'late'],
  'metadata.getHead': ['notDone'],
  'metadata.getHeads': ['notDone'],
  'metadata.getMany': ['notDone'],
  'metadata.query': ['notDone'],
};

/** Errors that a client may hear of while stores are faulty, and only then. */
export const FAULT_ERRORS: readonly string[] = ['KAFKA_STORAGE_ERROR', 'REQUEST_TIMED_OUT'];

/** Several processes of one broker on the same stores, and what their clients know. */
export class World {
  readonly stores: Stores;
  readonly partitions: readonly PartitionModel[];
  readonly #logs: TestLogs[];
  /** Processes that died; calls of theirs may still be on their way. */
  readonly #dead: TestLogs[] = [];
  readonly #random: () => number;
  #seed: number;
  #values = 0;
  faultRate = 0;

  static async open(
    stores: Stores,
    shape: { partitions: number; processes: number; seed: number },
  ): Promise<World> {
    const partitions: PartitionModel[] = [];
    for (let at = 0; at < shape.partitions; at += 1)
      partitions.push(new PartitionModel(await newPartition(stores)));
    return new World(stores, partitions, shape);
  }

  private constructor(
    stores: Stores,
    partitions: readonly PartitionModel[],
    { processes, seed }: { processes: number; seed: number },
  ) {
    this.stores = stores;
    this.partitions = partitions;
    this.#seed = seed;
    this.#random = seededRandom(seed);
    this.#logs = Array.from({ length: processes }, () => this.#openLogs());
  }

  process(index: number): TestLogs {
    const logs = this.#logs[index % this.#logs.length];
    assert(logs !== undefined, 'there is at least one process');
    return logs;
  }

  partition(index: number): PartitionModel {
    const model = this.partitions[index % this.partitions.length];
    assert(model !== undefined, 'there is at least one partition');
    return model;
  }

  freshValues(count: number): string[] {
    return Array.from({ length: count }, () => `v${this.#values++}`);
  }

  /** The process dies with all that it remembers; another one takes its place. */
  restart(index: number): void {
    const place = index % this.#logs.length;
    this.#dead.push(this.process(index));
    this.#logs[place] = this.#openLogs();
  }

  async releaseLate(index: number): Promise<void> {
    const everybody = [...this.#logs, ...this.#dead];
    await everybody[index % everybody.length]?.faults.releaseLate();
  }

  /** Whatever is late comes now, all work ends, and what the stores hold is compared with what clients know. */
  async end(): Promise<void> {
    this.faultRate = 0;
    for (const logs of [...this.#dead, ...this.#logs]) {
      await logs.close();
      while (logs.faults.lateCalls > 0) await logs.faults.releaseLate();
      assert.deepEqual(
        logs.errors.filter((error) => !isFault(error)),
        [],
      );
    }
    for (const model of this.partitions) {
      const { problems, records, head } = await checkInvariants(this.stores, model.partition);
      assert.deepEqual(problems, []);
      assert(head.next >= model.end, `the log ends at ${head.next}, it did at ${model.end}`);
      model.sawEnd(head.next);
      model.check(records);
      const readable = records.slice(head.start).map(({ value }) => value);
      assert.deepEqual(await readAll(this.#openLogs(), model.partition), readable);
    }
  }

  #openLogs(): TestLogs {
    this.#seed += 1;
    const logs = openLogs(
      this.stores,
      { limits: { flushBytesMax: 2_000, flushAheadBytesMin: 1, cacheBytesMax: 3_000 } },
      this.#seed,
    );
    logs.faults.choose = (operation) => {
      const faults = FAULTS[operation];
      if (faults === undefined || this.#random() >= this.faultRate) return undefined;
      return faults[Math.floor(this.#random() * faults.length)];
    };
    return logs;
  }
}

function isFault(error: unknown): boolean {
  return error instanceof Error && 'error' in error && FAULT_ERRORS.includes(String(error.error));
}
