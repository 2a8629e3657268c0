import type { ProcessShape } from '../story/common-story.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** A running process, and what it runs. */
export interface RunningProcess<Broker> {
  readonly process: SimulatedProcess;
  readonly broker: Broker;
}

export type StartProcess<Broker> = (name: string, shape: ProcessShape) => RunningProcess<Broker>;

/** Where one process of a broker runs: when it crashes, another one with its shape takes its place. */
export class BrokerSlot<Broker> {
  readonly shape: ProcessShape;
  readonly #name: string;
  readonly #start: StartProcess<Broker>;
  #runs = 0;
  #running: RunningProcess<Broker>;

  constructor(name: string, shape: ProcessShape, start: StartProcess<Broker>) {
    this.#name = name;
    this.shape = shape;
    this.#start = start;
    this.#running = this.#next();
  }

  get running(): RunningProcess<Broker> {
    if (!this.#running.process.isAlive) this.#running = this.#next();
    return this.#running;
  }

  #next(): RunningProcess<Broker> {
    this.#runs += 1;
    return this.#start(`${this.#name}.${this.#runs}`, this.shape);
  }
}
