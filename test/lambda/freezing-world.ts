import type { Context } from 'aws-lambda';
import { loadGroups } from '../../lib/api/load-groups.ts';
import { allRoutes } from '../../lib/api/routes/all.ts';
import { decodeTopic } from '../../lib/cluster/topic-item.ts';
import { createHandler, type Handler } from '../../lib/lambda/handler.ts';
import type { Runtime } from '../../lib/log/runtime.ts';
import type { Stores } from '../../lib/storage/embedded.ts';
import type { PartitionKey } from '../../lib/storage/head.ts';
import { topicKey } from '../../lib/storage/keys.ts';
import { NoAnswerError } from '../functions/clients/http-answer.ts';
import {
  type HttpAnswer,
  HttpLogs,
  type HttpRequest,
  type SendHttp,
} from '../functions/clients/http-logs.ts';
import { Recorder } from '../simulation/history/recorder.ts';
import type { RequestKind } from '../simulation/stores/wire.ts';
import type { CommonStory } from '../simulation/story/common-story.ts';
import { CALM } from '../simulation/story/weather.ts';
import type { BrokerSlot } from '../simulation/world/broker-processes.ts';
import type { Asked, ClientLogs, ClientWorld } from '../simulation/world/client-world.ts';
import type { Fate, RequestName, Stop } from '../simulation/world/fates.ts';
import type { SimulatedProcess } from '../simulation/world/simulated-process.ts';
import { type Reply, SimulatedWorld } from '../simulation/world/simulated-world.ts';
import { countCalls } from './calls-in-flight.ts';
import { variables } from './function.ts';
import { gatewayEvent, invocation } from './gateway-events.ts';

export const TOPIC = 't';
export const PARTITIONS = 2;
export const FREEZE_MS = 3_600_000;

/** The environment that is frozen; the others go on. */
export const VICTIM = 0;
/** All of them. */
export const ENVIRONMENTS = 3;
const OTHERS = ENVIRONMENTS - 1;
const BROKER_ID = 1;
/** Loaded here: simulated time does not wait for files. */
const [groups, instances] = [await loadGroups.groups(), await loadGroups.instances()];
const routes = { ...allRoutes, groups: { groups: async () => groups, instances: async () => instances } };

/** Web streams, of which bodies are made, take a few turns of the event loop. */
const TURNS_OF_REST = 2;

/** At which of an invocation's calls to the stores its environment is frozen. */
export interface FreezeAt {
  /** Counts from 0; for none, infinity. */
  readonly call: number;
  readonly when: Stop['when'];
}

export interface FreezingOptions {
  readonly freezeAt: FreezeAt;
  /** Whether a frozen environment's monotonic clock stands still. */
  readonly clockStopsInFreeze: boolean;
  /** What is larger goes to the object store. */
  readonly inlineBytesMax?: number;
  /** Broker configs that are not the functions' own. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A function in one process of its own, as Lambda runs it. */
interface Environment {
  readonly handler: Handler;
  /** Calls to stores that have not ended, and sleeps. */
  readonly inFlight: () => string[];
}

/** Execution environments of one function on stores in memory, in simulated time. One of them is frozen. */
export class FreezingWorld extends SimulatedWorld<Environment> implements ClientWorld {
  readonly recorder = new Recorder();
  /** How many calls to the stores the invocation made that was to be frozen, until it was. */
  calls = 0;
  /** What the frozen one answered, whether or not its client still waited for it. */
  readonly victimAnswers: HttpAnswer[] = [];
  readonly #freezeAt: FreezeAt;
  #topicId = '';
  /** The next request of a client goes to the victim. */
  #isVictimNext = false;
  /** Its calls to the stores are counted, until it is frozen or has answered. */
  #isArmed = false;
  #requests = 0;

  constructor(options: FreezingOptions) {
    const { freezeAt, clockStopsInFreeze, inlineBytesMax = 4_096, config = {} } = options;
    const shape = { brokerId: BROKER_ID, clockErrorMs: 0, clockStopsInFreeze, limits: {} };
    const processes = Array.from({ length: ENVIRONMENTS }, () => shape);
    const story: CommonStory = { seed: 1, weather: CALM, paceMs: 15, inlineBytesMax, processes, actors: [] };
    const worldOptions = {
      trace: undefined,
      spared: new Set<string>(),
      planted: new Map(),
      turnsOfRest: TURNS_OF_REST,
    };
    super(story, worldOptions, (process, stores) => openEnvironment(process, stores, config));
    this.#freezeAt = freezeAt;
  }

  /** The next request of a client of the log goes to the environment that is to be frozen. */
  toVictim(): void {
    this.#isVictimNext = true;
  }

  /** The next request that the victim gets is the one in which it is frozen. */
  arm(): void {
    this.#isArmed = true;
    this.calls = 0;
  }

  async createTopic(): Promise<void> {
    const clusters = await this.send(1)('/v3/clusters', {});
    const { data } = JSON.parse(clusters.body.toString());
    const made = await this.send(1)(`/v3/clusters/${data[0].cluster_id}/topics`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ topic_name: TOPIC, partitions_count: PARTITIONS }),
    });
    if (made.status !== 201) throw new Error(`there is no topic: ${made.status} ${made.body}`);
    const item = await this.stores.metadata.get(topicKey(TOPIC));
    if (item !== undefined) this.#topicId = decodeTopic(item).id;
  }

  partition(partition: number): PartitionKey {
    return { topicId: this.#topicId, partition };
  }

  /** Somebody raises the epoch, as whoever takes over or puts up a fence does. */
  async lead(partition: number): Promise<void> {
    const { metadata } = this.stores;
    const head = await metadata.getHead(this.partition(partition));
    if (head === undefined) throw new Error(`partition ${partition} has no head`);
    await metadata.lead({ partition: this.partition(partition), to: BROKER_ID, seen: head.epoch });
  }

  async askLog<Result>(
    { process }: Asked,
    withinMs: number,
    work: (logs: ClientLogs, process: string) => Promise<Result>,
  ): Promise<Reply<Result>> {
    const index = this.#environmentOf(process);
    this.#requests += 1;
    try {
      const logs = new HttpLogs(TOPIC, this.send(index, withinMs));
      return { kind: 'answer', result: await work(logs, `request ${this.#requests}`) };
    } catch (error) {
      return error instanceof NoAnswerError ? { kind: 'no answer' } : { kind: 'error', error };
    }
  }

  /** Lambda gives no environment a request that has not answered the last one. */
  #environmentOf(process: number): number {
    if (this.isHealed) return process % ENVIRONMENTS;
    if (!this.#isVictimNext) return 1 + (process % OTHERS);
    this.#isVictimNext = false;
    return VICTIM;
  }

  /** Sends requests to one of the environments. @param withinMs How long their client waits. */
  send(index: number, withinMs = 30_000): SendHttp {
    const slot = this.#slot(index);
    return async (path, request) => {
      const reply = await this.ask(slot, withinMs, async (environment) => {
        const answer = await this.#invoke(environment, path, request);
        if (index === VICTIM) {
          this.#isArmed = false;
          this.victimAnswers.push(answer);
        }
        return answer;
      });
      if (reply.kind === 'no answer') throw new NoAnswerError('the client gave up');
      if (reply.kind === 'error') throw reply.error;
      return reply.result;
    };
  }

  protected override fateOf(name: RequestName, kind: RequestKind): Fate {
    const fate = super.fateOf(name, kind);
    if (!this.#isArmed || name.process !== this.#slot(VICTIM).running.process.name) return fate;
    const call = this.calls;
    this.calls += 1;
    if (call !== this.#freezeAt.call) return fate;
    this.#isArmed = false;
    return { ...fate, stop: { kind: 'freezes', when: this.#freezeAt.when, ms: FREEZE_MS } };
  }

  /** As API Gateway and Lambda do it. What a reply leaves behind is a problem, while there was time to finish it. */
  async #invoke(environment: Environment, path: string, request: HttpRequest): Promise<HttpAnswer> {
    const { method = 'GET', headers = {}, body } = request;
    const lowerCase = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const event = gatewayEvent({ method, path, headers: lowerCase, ...(body !== undefined && { body }) });
    const context = this.#invocation();
    const result = await environment.handler(event, context);
    const left = environment.inFlight();
    if (left.length > 0 && context.getRemainingTimeInMillis() > 1_000)
      this.problem(`${method} ${path} was answered, and left behind ${left.join(', ')}`);
    const { statusCode: status, isBase64Encoded } = result;
    const bytes = Buffer.from(result.body, isBase64Encoded ? 'base64' : 'utf8');
    return { status, headers: new Headers(result.headers), body: bytes };
  }

  #invocation(): Context {
    const deadlineMs = this.scheduler.nowMs + 30_000;
    return { ...invocation(), getRemainingTimeInMillis: () => deadlineMs - this.scheduler.nowMs };
  }

  #slot(index: number): BrokerSlot<Environment> {
    const slot = this.slots[index];
    if (slot === undefined) throw new Error(`there is no environment ${index}`);
    return slot;
  }
}

function openEnvironment(
  process: SimulatedProcess,
  stores: Pick<Stores, 'objects' | 'metadata'>,
  config: Readonly<Record<string, unknown>>,
): Environment {
  const counted = countCalls({ ...stores, close: async () => undefined });
  const { runtime, sleeping } = countSleeps(process.runtime);
  const handler = createHandler({
    routes,
    environment: {
      ...variables,
      RIVULET_BROKER_ID: String(BROKER_ID),
      RIVULET_CONFIG: JSON.stringify(config),
    },
    stores: counted.stores,
    runtime,
    name: process.name,
  });
  return { handler, inFlight: () => [...counted.inFlight(), ...sleeping()] };
}

/** The same runtime, and which of its sleeps have begun and not ended. */
function countSleeps(runtime: Runtime): { readonly runtime: Runtime; readonly sleeping: () => string[] } {
  const sleeps = new Map<symbol, string>();
  const count = async (name: string, sleep: Promise<void>): Promise<void> => {
    const id = Symbol();
    sleeps.set(id, name);
    await sleep;
    sleeps.delete(id);
  };
  return {
    runtime: {
      ...runtime,
      sleep: (ms, signal) => count(`a sleep of ${ms} ms`, runtime.sleep(ms, signal)),
      nextTurn: () => count('a turn', runtime.nextTurn()),
    },
    sleeping: () => [...sleeps.values()],
  };
}
