import type { PartitionLogs } from '../../../lib/log/types.ts';
import type { Stores } from '../../../lib/storage/embedded.ts';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import { Recorder } from '../history/recorder.ts';
import { Bucket } from '../stores/bucket.ts';
import { SimulatedMetadataStore } from '../stores/simulated-metadata-store.ts';
import { SimulatedObjectStore } from '../stores/simulated-object-store.ts';
import { Table } from '../stores/table.ts';
import { directWire, type Wire } from '../stores/wire.ts';
import type { ProcessShape, Story } from '../story/story.ts';
import { CALM } from '../story/weather.ts';
import { BrokerSlot } from './broker-processes.ts';
import { type Chance, chanceOf } from './chance.ts';
import { type Fate, type Fault, fateOf, type RequestName, requestName } from './fates.ts';
import { FaultyWire } from './faulty-wire.ts';
import { Scheduler } from './scheduler.ts';
import { SimulatedProcess } from './simulated-process.ts';
import type { Trace } from './trace.ts';

export interface WorldOptions {
  readonly trace: Trace | undefined;
  /** Requests, by their names, that nothing happens to: for finding out which of the faults matter. */
  readonly spared: ReadonlySet<string>;
  /** Requests, by their names, that suffer what the weather does not bring. */
  readonly planted: ReadonlyMap<string, Fault>;
}

/** Answer of a process to a client, or of nobody. */
export type Reply<Result> =
  | { readonly kind: 'answer'; readonly result: Result }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'no answer' };

const EPOCH_MS = Date.UTC(2026, 0, 1);

/** The stores, the processes on them, the clients' way to these, and all that goes wrong. */
export class World {
  readonly story: Story;
  readonly scheduler = new Scheduler();
  readonly recorder = new Recorder();
  readonly partitions: readonly PartitionKey[];
  readonly slots: readonly BrokerSlot[];
  /** The stores without faults and without time. */
  readonly stores: Pick<Stores, 'objects' | 'metadata'>;
  /** What broke, besides what a history shows. */
  readonly problems: string[] = [];
  /** The requests that something happened to, and what. */
  readonly faults = new Map<string, string>();
  readonly trace: Trace | undefined;
  /** How many requests were sent, by operation. */
  readonly requests = new Map<string, number>();
  readonly #spared: ReadonlySet<string>;
  readonly #planted: ReadonlyMap<string, Fault>;
  readonly #table = new Table();
  readonly #bucket = new Bucket(() => EPOCH_MS + this.scheduler.nowMs);
  readonly #way: Chance;
  readonly #processes: SimulatedProcess[] = [];
  #isHealed = false;

  constructor(story: Story, { trace, spared, planted }: WorldOptions) {
    this.story = story;
    this.trace =
      trace &&
      ((who, what) => trace(`${(this.scheduler.nowMs / 1_000).toFixed(3).padStart(9)} ${who}`, what));
    this.#spared = spared;
    this.#planted = planted;
    this.#way = chanceOf(story.seed, 'the way of clients');
    this.partitions = Array.from({ length: story.partitions }, (_, partition) => ({
      topicId: 't',
      partition,
    }));
    for (const partition of this.partitions) this.#table.createHead(partition, 1);
    this.stores = this.#storesOn(directWire);
    this.slots = story.processes.map(
      (shape, index) =>
        new BrokerSlot(`broker ${shape.brokerId} process ${index}`, shape, (name, each) =>
          this.startProcess(name, each),
        ),
    );
  }

  partition(index: number): PartitionKey {
    const partition = this.partitions[index];
    if (partition === undefined) throw new Error(`there is no partition ${index}`);
    return partition;
  }

  problem(fact: string): void {
    this.trace?.('PROBLEM', fact);
    this.problems.push(fact);
  }

  /** A new process, whose requests suffer. */
  startProcess(name: string, shape: ProcessShape) {
    const { scheduler, trace } = this;
    const problem = (fact: string): void => this.problem(fact);
    const chanceSeed = Math.floor(chanceOf(this.story.seed, name).next() * 2 ** 32);
    const process = new SimulatedProcess(name, shape, { scheduler, chanceSeed, trace, problem });
    this.#processes.push(process);
    const wire = new FaultyWire(process, {
      scheduler,
      trace,
      problem,
      fateOf: (request, kind) => this.#fateOf(request, kind),
    });
    return { process, stores: this.#storesOn(wire) };
  }

  /** The slots of the broker that leads, as a client knows by its metadata; or all of them. */
  slotFor(partition: number, process: number, isAstray: boolean): BrokerSlot {
    const leader = this.#table.getHead(this.partition(partition))?.leader;
    const led = this.slots.filter(({ shape }) => isAstray || shape.brokerId === leader);
    const slot = led[process % Math.max(led.length, 1)] ?? this.slots[process % this.slots.length];
    if (slot === undefined) throw new Error('there is no process');
    return slot;
  }

  /** A client's request to a process: it takes its time, there and back, and may never be answered. */
  ask<Result>(
    slot: BrokerSlot,
    withinMs: number,
    work: (logs: PartitionLogs, process: string) => Promise<Result>,
    wayMs = this.#way.whole(1, 5),
  ): Promise<Reply<Result>> {
    const { promise, resolve } = Promise.withResolvers<Reply<Result>>();
    this.scheduler.after(withinMs, () => resolve({ kind: 'no answer' }));
    this.scheduler.after(wayMs, () => {
      const { process, logs } = slot.running;
      const reply = (what: Reply<Result>): void => {
        // Both ends of a continuation: a process that crashed meanwhile answers nobody.
        if (process.isAlive) this.scheduler.after(wayMs, () => resolve(what));
      };
      process.deliver(() => {
        void work(logs, process.name).then(
          (result) => reply({ kind: 'answer', result }),
          (error: unknown) => reply({ kind: 'error', error }),
        );
      });
    });
    return promise;
  }

  /** From now on nothing goes wrong any more, and whoever was frozen goes on. */
  heal(): void {
    if (this.#isHealed) return;
    this.#isHealed = true;
    this.trace?.('', 'from now on nothing goes wrong any more');
    for (const process of this.#processes) process.thaw();
  }

  get isHealed(): boolean {
    return this.#isHealed;
  }

  #storesOn(wire: Wire): Pick<Stores, 'objects' | 'metadata'> {
    return {
      objects: new SimulatedObjectStore(this.#bucket, wire),
      metadata: new SimulatedMetadataStore(this.#table, wire, this.story.inlineBytesMax),
    };
  }

  #fateOf(name: RequestName, kind: Parameters<typeof fateOf>[3]): Fate {
    const id = requestName(name);
    const isSpared = this.#isHealed || this.#spared.has(id);
    this.requests.set(name.operation, (this.requests.get(name.operation) ?? 0) + 1);
    const drawn = fateOf(this.story, isSpared ? CALM : this.story.weather, name, kind);
    const fate = { ...drawn, fault: this.#planted.get(id) ?? drawn.fault };
    const what = [fate.fault, fate.stop && `${fate.stop.kind} ${fate.stop.when}`].filter(Boolean).join(', ');
    if (what !== '') this.faults.set(id, what);
    return fate;
  }
}
