import type { StoredTopic } from '../../../../lib/cluster/topic-item.ts';
import { readTopics } from '../../../../lib/cluster/topic-lifecycle.ts';
import type { PartitionKey } from '../../../../lib/storage/head.ts';
import { CALM, type Weather } from '../../story/weather.ts';
import type { BrokerSlot } from '../../world/broker-processes.ts';
import { type Chance, chanceOf } from '../../world/chance.ts';
import { type RequestName, requestName } from '../../world/fates.ts';
import type { SimulatedProcess } from '../../world/simulated-process.ts';
import { type Reply, SimulatedWorld, type WorldOptions } from '../../world/simulated-world.ts';
import type { GroupStory } from '../story/group-story.ts';
import { GroupWatch } from '../watch/group-watch.ts';
import { Answers } from './answers.ts';
import { configOf, type GroupBroker, openGroupBroker } from './group-broker.ts';
import { LiveMembers } from './live-members.ts';
import { Sendings } from './sendings.ts';

/** One request of a client to a process of the broker. */
export interface ClientRequest<Result> {
  readonly name: RequestName;
  readonly slot: BrokerSlot<GroupBroker>;
  readonly withinMs: number;
  readonly work: (broker: GroupBroker) => Promise<Result>;
}

/** A world in which the processes coordinate consumer groups, and clients are processes too. */
export class GroupWorld extends SimulatedWorld<GroupBroker, GroupStory> {
  readonly watch: GroupWatch;
  readonly answers: Answers;
  /** Everybody who believes to be a member, by group. */
  readonly members = new LiveMembers();
  /** What producers had acknowledged. */
  readonly sendings = new Sendings();
  /** How often what happened. */
  readonly counts: Record<string, number> = {};
  /** All is well again, and all groups have come to rest: from now on nobody may hear of anything but success. */
  isQuiet = false;

  /** What has reached a process, and is not answered yet. */
  readonly #open = new Set<{ readonly process: SimulatedProcess; readonly sinceMs: number }>();
  /** Between clients and processes nothing gets lost in a placid story. */
  readonly #weatherOfClients: Weather;

  constructor(story: GroupStory, options: WorldOptions) {
    const config = configOf(story.timing);
    super(story, options, (process, stores) => openGroupBroker(process, stores, config));
    const problem = (fact: string): void => this.problem(fact);
    this.#weatherOfClients = story.isPlacid ? CALM : story.weather;
    this.watch = new GroupWatch({
      problem,
      onEnd: (record, tenure) => this.members.checkEnd(record, tenure),
    });
    this.answers = new Answers({ problem, isCalm: () => this.isQuiet || story.isPlacid });
    this.table.watcher = (key, item) => this.watch.see(key, item);
  }

  count(what: string, by = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + by;
  }

  /** Resolves at that time, or at once when it has passed. */
  until(atMs: number): Promise<void> {
    return this.scheduler.sleep(Math.max(0, atMs - this.scheduler.nowMs));
  }

  /** Those that there are, by the store, without faults. */
  topics(): Promise<StoredTopic[]> {
    return Array.fromAsync(readTopics(this.stores.metadata));
  }

  /** @throws Error when there is no such topic. */
  async topicId(name: string): Promise<string> {
    const topic = (await this.topics()).find((each) => each.name === name);
    if (topic === undefined) throw new Error(`there is no topic ${name}`);
    return topic.id;
  }

  /** Where a log ends, by the store. */
  logEnd(partition: PartitionKey): number | undefined {
    return this.table.getHead(partition)?.next;
  }

  /** Whether a process has still to answer what has reached it by then. */
  isBusyWith(untilMs: number): boolean {
    return this.#open.values().some(({ process, sinceMs }) => process.isAlive && sinceMs <= untilMs);
  }

  protected override arrive<Result>(
    slot: BrokerSlot<GroupBroker>,
    work: (broker: GroupBroker, process: string) => Promise<Result>,
    reply: (what: Reply<Result>) => void,
  ): void {
    const request = { process: slot.running.process, sinceMs: this.scheduler.nowMs };
    this.#open.add(request);
    super.arrive(slot, work, (what) => {
      this.#open.delete(request);
      reply(what);
    });
  }

  /** The chance of one thing that has a name. */
  chance(name: string): Chance {
    return chanceOf(this.story.seed, name);
  }

  slot(index: number): BrokerSlot<GroupBroker> {
    const slot = this.slots[index % this.slots.length];
    if (slot === undefined) throw new Error('there is no process');
    return slot;
  }

  /**
   * A client's request: it may get lost, or arrive after minutes, and so may its answer; and the client may freeze or
   * crash over it. An error of the connection is no answer.
   */
  request<Result>(client: SimulatedProcess, request: ClientRequest<Result>): Promise<Reply<Result>> {
    const { name, slot, withinMs, work } = request;
    const { fault, stop, toMs, backMs, laterMs } = this.fateOf(name, 'write', this.#weatherOfClients);
    const { promise, resolve } = Promise.withResolvers<Reply<Result>>();
    const stopClient = (): void => {
      if (this.isSettled) return;
      if (stop?.kind === 'crashes') client.crash();
      else if (stop?.kind === 'freezes') client.freeze(stop.ms);
    };
    let isHeard = false;
    const hear = (reply: Reply<Result>): void => {
      if (isHeard) return;
      isHeard = true;
      if (stop?.when === 'after the answer') stopClient();
      client.deliver(() => {
        this.trace?.(requestName(name), describeReply(reply));
        resolve(reply);
      });
    };
    const reach = (note: string): void => {
      this.trace?.(requestName(name), `${note}reaches ${slot.running.process.name}`);
      this.arrive(slot, work, (reply) => {
        if (fault === undefined) this.scheduler.after(backMs, () => hear(reply));
      });
    };
    const send = (): void => {
      if (fault === undefined || fault === 'answer lost') this.later(toMs, () => reach(''));
      else if (fault === 'late') this.later(laterMs, () => reach('late: '));
      this.scheduler.after(fault === 'throttled' ? toMs : withinMs, () => hear({ kind: 'no answer' }));
    };
    if (stop?.when !== 'before it sends') send();
    else {
      stopClient();
      client.deliver(send);
    }
    return promise;
  }
}

function describeReply(reply: Reply<unknown>): string {
  if (reply.kind === 'no answer') return '-> no answer';
  if (reply.kind === 'error') return `-> ${String(reply.error)}`;
  return `-> ${JSON.stringify(reply.result, replaceBytes)}`;
}

const replaceBytes = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? `${value.length} bytes` : value;
