import type { ProcessShape } from '../../story/common-story.ts';
import type { SimulatedProcess } from '../../world/simulated-process.ts';
import type { Reply } from '../../world/simulated-world.ts';
import type { Answers, Operation } from '../world/answers.ts';
import type { GroupBroker } from '../world/group-broker.ts';
import type { GroupWorld } from '../world/group-world.ts';

const SHAPE: ProcessShape = { brokerId: 0, clockErrorMs: 0, clockStopsInFreeze: false, limits: {} };

export interface ClientOptions {
  /** Whether each request goes to another process; otherwise one only when the last one gave no answer. */
  readonly isRoaming: boolean;
  readonly answerWithinMs: number;
}

/** A process of a client: it asks any process of the broker, and may freeze and crash like any other. */
export class Client {
  readonly process: SimulatedProcess;
  readonly #world: GroupWorld;
  readonly #options: ClientOptions;
  readonly #counts = new Map<Operation, number>();
  #asked: number;

  constructor(world: GroupWorld, name: string, options: ClientOptions) {
    this.#world = world;
    this.#options = options;
    this.process = world.startProcess(name, SHAPE).process;
    this.#asked = world.chance(name).whole(0, world.slots.length - 1);
  }

  async ask<Result>(
    operation: Operation,
    work: (broker: GroupBroker) => Promise<Result>,
    alsoOk?: Parameters<Answers['check']>[4],
  ): Promise<Reply<Result>> {
    const { answers } = this.#world;
    const nth = this.#counts.get(operation) ?? 0;
    this.#counts.set(operation, nth + 1);
    const name = { process: this.process.name, operation, nth };
    if (this.#options.isRoaming)
      this.#asked += this.#world.chance(`${name.process} ${operation} ${nth}`).whole(0, 2);
    const slot = this.#world.slot(this.#asked);
    const wasCalm = answers.isCalm;
    const { answerWithinMs: withinMs } = this.#options;
    const reply = await this.#world.request(this.process, { name, slot, withinMs, work });
    if (reply.kind !== 'answer') this.#asked += 1;
    answers.check(name.process, operation, reply, wasCalm, alsoOk);
    return reply;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.process.runtime.sleep(ms, signal);
  }
}
