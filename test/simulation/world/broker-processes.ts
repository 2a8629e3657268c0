import type { PartitionLogs } from '../../../lib/log/types.ts';
import type { Stores } from '../../../lib/storage/embedded.ts';
import type { ProcessShape } from '../story/story.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** A running process and its log. */
export interface RunningProcess {
  readonly process: SimulatedProcess;
  readonly logs: PartitionLogs;
}

/** Makes a process on stores of its own way: its requests suffer their own fates. */
export type StartProcess = (
  name: string,
  shape: ProcessShape,
) => { readonly process: SimulatedProcess; readonly stores: Pick<Stores, 'objects' | 'metadata'> };

/** Where one process of a broker runs: when it crashes, another one with its shape takes its place. */
export class BrokerSlot {
  readonly shape: ProcessShape;
  readonly #name: string;
  readonly #start: StartProcess;
  #runs = 0;
  #running: RunningProcess;

  constructor(name: string, shape: ProcessShape, start: StartProcess) {
    this.#name = name;
    this.shape = shape;
    this.#start = start;
    this.#running = this.#next();
  }

  get running(): RunningProcess {
    if (!this.#running.process.isAlive) this.#running = this.#next();
    return this.#running;
  }

  #next(): RunningProcess {
    this.#runs += 1;
    const { process, stores } = this.#start(`${this.#name}.${this.#runs}`, this.shape);
    return { process, logs: process.openLogs(stores) };
  }
}
