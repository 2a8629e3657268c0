import type { Stores } from '../../../lib/storage/embedded.ts';
import { PROBLEM } from '../simulation.ts';
import { Bucket } from '../stores/bucket.ts';
import { SimulatedMetadataStore } from '../stores/simulated-metadata-store.ts';
import { SimulatedObjectStore } from '../stores/simulated-object-store.ts';
import { Table } from '../stores/table.ts';
import { directWire, type Wire } from '../stores/wire.ts';
import type { CommonStory, ProcessShape } from '../story/common-story.ts';
import { CALM } from '../story/weather.ts';
import { BrokerSlot } from './broker-processes.ts';
import { type Chance, chanceOf } from './chance.ts';
import { type Fate, type Fault, fateOf, type RequestName, requestName } from './fates.ts';
import { FaultyWire } from './faulty-wire.ts';
import { Scheduler } from './scheduler.ts';
import { EPOCH_MS, SimulatedProcess } from './simulated-process.ts';
import type { Trace } from './trace.ts';

export interface WorldOptions {
  readonly trace: Trace | undefined;
  /** Requests, by their names, that nothing happens to: for finding out which of the faults matter. */
  readonly spared: ReadonlySet<string>;
  /** Requests, by their names, that suffer what the weather does not bring. */
  readonly planted: ReadonlyMap<string, Fault>;
  /** As a `Scheduler` takes it. @default 1 */
  readonly turnsOfRest?: number;
}

/** Answer of a process to a client, or of nobody. */
export type Reply<Result> =
  | { readonly kind: 'answer'; readonly result: Result }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'no answer' };

type ProcessStores = Pick<Stores, 'objects' | 'metadata'>;

/**
 * The stores, the processes on them, the clients' way to these, and all that goes wrong; whatever it is that runs in
 * the processes.
 */
export class SimulatedWorld<Broker, Story extends CommonStory = CommonStory> {
  readonly story: Story;
  readonly scheduler: Scheduler;
  readonly slots: readonly BrokerSlot<Broker>[];
  /** The stores without faults and without time. */
  readonly stores: ProcessStores;
  /** What broke, besides what a history shows. */
  readonly problems: string[] = [];
  /** The requests that something happened to, and what. */
  readonly faults = new Map<string, string>();
  readonly trace: Trace | undefined;
  /** How many requests were sent, by operation. */
  readonly requests = new Map<string, number>();
  protected readonly table = new Table();
  readonly #spared: ReadonlySet<string>;
  readonly #planted: ReadonlyMap<string, Fault>;
  readonly #bucket = new Bucket(() => EPOCH_MS + this.scheduler.nowMs);
  readonly #way: Chance;
  readonly #processes: SimulatedProcess[] = [];
  readonly #late = new Set<() => void>();
  #isHealed = false;
  #isSettled = false;

  /** @param open What a process runs, on stores of its own way. */
  constructor(
    story: Story,
    { trace, spared, planted, turnsOfRest }: WorldOptions,
    open: (process: SimulatedProcess, stores: ProcessStores) => Broker,
  ) {
    this.story = story;
    this.scheduler = new Scheduler(turnsOfRest);
    this.trace =
      trace &&
      ((who, what) => trace(`${(this.scheduler.nowMs / 1_000).toFixed(3).padStart(9)} ${who}`, what));
    this.#spared = spared;
    this.#planted = planted;
    this.#way = chanceOf(story.seed, 'the way of clients');
    this.stores = this.#storesOn(directWire);
    const start = (name: string, shape: ProcessShape) => {
      const { process, stores } = this.startProcess(name, shape);
      return { process, broker: open(process, stores) };
    };
    this.slots = story.processes.map(
      (shape, index) => new BrokerSlot(`broker ${shape.brokerId} process ${index}`, shape, start),
    );
  }

  problem(fact: string): void {
    this.trace?.(PROBLEM, fact);
    this.problems.push(fact);
  }

  /** A new process, whose requests suffer. */
  startProcess(name: string, shape: ProcessShape) {
    const { scheduler, trace } = this;
    const problem = (fact: string): void => this.problem(fact);
    const chanceSeed = Math.floor(chanceOf(this.story.seed, name).next() * 2 ** 32);
    const process = new SimulatedProcess(name, shape, { scheduler, chanceSeed, trace, problem });
    if (this.#isSettled) process.setClock();
    this.#processes.push(process);
    const wire = new FaultyWire(process, {
      scheduler,
      trace,
      problem,
      fateOf: (request, kind) => this.fateOf(request, kind),
      later: (ms, arrive) => this.later(ms, arrive),
      isStopOver: () => this.isSettled,
    });
    return { process, stores: this.#storesOn(wire) };
  }

  /** A client's request to a process: it takes its time, there and back, and may never be answered. */
  ask<Result>(
    slot: BrokerSlot<Broker>,
    withinMs: number,
    work: (broker: Broker, process: string) => Promise<Result>,
    wayMs = this.#way.whole(1, 5),
  ): Promise<Reply<Result>> {
    const { promise, resolve } = Promise.withResolvers<Reply<Result>>();
    this.scheduler.after(withinMs, () => resolve({ kind: 'no answer' }));
    this.scheduler.after(wayMs, () =>
      this.arrive(slot, work, (what) => {
        this.scheduler.after(wayMs, () => resolve(what));
      }),
    );
    return promise;
  }

  /** A request has reached the process, which does the work when it can. */
  protected arrive<Result>(
    slot: BrokerSlot<Broker>,
    work: (broker: Broker, process: string) => Promise<Result>,
    reply: (what: Reply<Result>) => void,
  ): void {
    const { process, broker } = slot.running;
    const replyIfAlive = (what: Reply<Result>): void => {
      // Both ends of a continuation: a process that crashed meanwhile answers nobody.
      if (process.isAlive) reply(what);
    };
    process.deliver(() => {
      void work(broker, process.name).then(
        (result) => replyIfAlive({ kind: 'answer', result }),
        (error: unknown) => replyIfAlive({ kind: 'error', error }),
      );
    });
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

  /** Whether `settle` was called. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Something takes long, or arrives long after whoever sent it has given it up. */
  protected later(ms: number, arrive: () => void): void {
    const once = (): void => {
      if (this.#late.delete(once)) arrive();
    };
    this.#late.add(once);
    this.scheduler.after(ms, once);
  }

  /**
   * All that would come late comes within this time, in any order; nobody stops any more whose request was to stop him;
   * and every wall clock is set right.
   */
  settle(withinMs: number): void {
    for (const arrive of this.#late) this.scheduler.after(this.#way.whole(0, withinMs), arrive);
    this.#isSettled = true;
    for (const process of this.#processes) process.setClock();
  }

  /** What happens to a request; it is written down if it is anything. */
  protected fateOf(
    name: RequestName,
    kind: Parameters<typeof fateOf>[3],
    weather = this.story.weather,
  ): Fate {
    const id = requestName(name);
    const isSpared = this.#isHealed || this.#spared.has(id);
    this.requests.set(name.operation, (this.requests.get(name.operation) ?? 0) + 1);
    const drawn = fateOf(this.story, isSpared ? CALM : weather, name, kind);
    const fate = { ...drawn, fault: this.#planted.get(id) ?? drawn.fault };
    const what = [fate.fault, fate.stop && `${fate.stop.kind} ${fate.stop.when}`].filter(Boolean).join(', ');
    if (what !== '') this.faults.set(id, what);
    return fate;
  }

  #storesOn(wire: Wire): ProcessStores {
    return {
      objects: new SimulatedObjectStore(this.#bucket, wire),
      metadata: new SimulatedMetadataStore(this.table, wire, this.story.inlineBytesMax),
    };
  }
}
