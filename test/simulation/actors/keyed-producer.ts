import { KafkaError } from '../../../lib/kafka/errors.ts';
import type { Place, RepeatableAppend, RepeatableOutcome } from '../../../lib/log/types.ts';
import { batchOf } from '../../log/batches.ts';
import type { Write } from '../history/history.ts';
import type { KeyedAct } from '../story/story.ts';
import type { ClientLogs, ClientWorld } from '../world/client-world.ts';
import type { Reply } from '../world/simulated-world.ts';

/** A producer without sequences that sends each request under a key of its own, again and again until it knows. */
export async function keyedProducer(
  world: ClientWorld,
  client: string,
  acts: readonly KeyedAct[],
): Promise<void> {
  for (const [index, act] of acts.entries()) {
    await world.scheduler.sleep(act.pauseMs);
    await new KeyedRequest(world, client, `request ${index}`, act).send();
  }
}

const KEEP_MS = 24 * 3_600_000;
const BACK_OFF_MAX_MS = 10_000;
/** So often a request is sent when nothing goes wrong any more before it counts as stuck. */
const HEALTHY_ROUNDS_MAX = 30;
const WORTH_REPEATING = ['KAFKA_STORAGE_ERROR', 'NOT_LEADER_OR_FOLLOWER', 'THROTTLING_QUOTA_EXCEEDED'];
/** Retention has passed the place to look at: nobody can tell any more. */
const UNTELLABLE = 'REQUEST_TIMED_OUT';

/** One request: some batches for each of its partitions, and what is known of them. */
class KeyedRequest {
  readonly #world: ClientWorld;
  readonly #client: string;
  readonly #act: KeyedAct;
  readonly #request: RepeatableAppend;
  readonly #writes: ReadonlyMap<number, readonly Write[]>;
  #lastError = 'no answer';
  #isUntellable = false;

  constructor(world: ClientWorld, client: string, idempotencyKey: string, act: KeyedAct) {
    const { partitions, counts, timestamp } = act;
    const { recorder } = world;
    this.#world = world;
    this.#client = client;
    this.#act = act;
    this.#writes = new Map(
      partitions.map((partition) => [
        partition,
        counts.map((count) =>
          recorder.beginWrite({ client, partition, timestamp, values: recorder.freshValues(count) }),
        ),
      ]),
    );
    const batchesOf = (writes: readonly Write[]) =>
      writes.map(({ values }) => batchOf(values, { timestamps: [timestamp] }));
    this.#request = {
      name: { principal: client, idempotencyKey },
      hash: idempotencyKey,
      keepMs: KEEP_MS,
      topicId: world.partition(0).topicId,
      plan: {},
      batches: () => new Map([...this.#writes].map(([partition, writes]) => [partition, batchesOf(writes)])),
    };
  }

  async send(): Promise<void> {
    for (let round = 0, healthy = 0; !this.#isKnown(); round += 1) {
      if (this.#world.isHealed) healthy += 1;
      if (healthy > HEALTHY_ROUNDS_MAX) {
        this.#giveUp();
        return;
      }
      if (round > 0) await this.#world.scheduler.sleep(Math.min(20 * 2 ** round, BACK_OFF_MAX_MS));
      const asked = this.#act.isSpread ? [round, round + 1] : [round];
      await Promise.all(asked.map((offset) => this.#ask(offset)));
    }
  }

  async #ask(offset: number): Promise<void> {
    const [first = 0] = this.#act.partitions;
    const { process, isAstray, isSpread, answerWithinMs } = this.#act;
    const elsewhere = isSpread || offset % 4 === 3;
    const asked = { partition: first, process: process + (elsewhere ? offset : 0), isAstray };
    const send = (logs: ClientLogs) => logs.appendOnce(this.#request);
    this.#hear(await this.#world.askLog(asked, answerWithinMs, send));
  }

  #hear(reply: Reply<RepeatableOutcome>): void {
    if (reply.kind === 'no answer') return;
    if (reply.kind === 'error') this.#hearError(reply.error);
    else if (reply.result.kind === 'otherRequest') this.#world.problem(`${this.#name} is another request's`);
    else {
      for (const [index, writes] of [...this.#writes.values()].entries())
        this.#hearPlace(writes, reply.result.places[index]);
    }
  }

  #hearPlace(writes: readonly Write[], place: Place | undefined): void {
    if (place === undefined || place.error !== undefined || place.offset === undefined) {
      if (place?.error === undefined) this.#world.problem(`${this.#name} was told no offset`);
      else this.#hearError(place.error);
      return;
    }
    let base: number = place.offset;
    for (const write of writes) {
      this.#world.trace?.(this.#client, `${this.#request.name.idempotencyKey} ${write.values}: at ${base}`);
      const told = write.outcome.kind === 'ok' ? write.outcome.base : base;
      if (told !== base) this.#world.problem(`${this.#name} was told ${told} and ${base} of ${write.values}`);
      if (write.outcome.kind !== 'ok') this.#world.recorder.endWrite(write, { kind: 'ok', base });
      base += write.values.length;
    }
  }

  #hearError(error: unknown): void {
    const name = error instanceof KafkaError ? error.error : String(error);
    this.#world.trace?.(this.#client, `${this.#request.name.idempotencyKey}: ${name}`);
    this.#lastError = name;
    if (name === UNTELLABLE) this.#isUntellable ||= this.#world.isHealed;
    else if (!WORTH_REPEATING.includes(name)) this.#world.problem(`${this.#name} heard ${name}`);
  }

  #isKnown(): boolean {
    return [...this.#writes.values()].flat().every(({ outcome }) => outcome.kind === 'ok');
  }

  #giveUp(): void {
    if (!this.#isUntellable) this.#world.problem(`${this.#name} cannot be appended: ${this.#lastError}`);
  }

  get #name(): string {
    return `${this.#request.name.idempotencyKey} of ${this.#client}`;
  }
}
