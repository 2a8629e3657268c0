import { batchOf } from '../../log/batches.ts';
import type { Write } from '../history/history.ts';
import type { SendAct } from '../story/story.ts';
import type { ClientWorld } from '../world/client-world.ts';
import { toOutcome, WAY_MS } from './plain-producer.ts';

/** As many batches as a Kafka producer may have in flight, and as a log remembers: none goes out further ahead. */
const IN_FLIGHT_MAX = 5;
const BACK_OFF_MAX_MS = 10_000;
/** So often a batch is sent when nothing goes wrong any more before it counts as stuck. */
const HEALTHY_ROUNDS_MAX = 30;

interface Numbered {
  readonly write: Write;
  /** Counts the lane's batches. */
  readonly nth: number;
  readonly sequence: number;
  readonly act: SendAct;
}

/** The batches of one producer, in one epoch, for one partition. */
export class ProducerLane {
  readonly #world: ClientWorld;
  readonly #who: { readonly client: string; readonly producerId: number; readonly epoch: number };
  #unresolved: Numbered[] = [];
  #batches = 0;
  #sequence = 0;
  #isAnyAcknowledged = false;
  #rounds: Promise<void> | undefined;
  #isGivenUp = false;

  constructor(world: ClientWorld, who: { client: string; producerId: number; epoch: number }) {
    this.#world = world;
    this.#who = who;
  }

  /** Takes the act's batches; waits only while there are more than may be in flight. */
  async send(act: SendAct): Promise<void> {
    const { recorder } = this.#world;
    const { client, producerId: id, epoch } = this.#who;
    for (const count of act.counts) {
      const sequence = this.#sequence;
      this.#sequence += count;
      const producer = { id, epoch, sequence };
      const { partition, timestamp } = act;
      const values = recorder.freshValues(count);
      const write = recorder.beginWrite({ client, partition, timestamp, values, producer });
      this.#unresolved.push({ write, sequence, act, nth: this.#batches });
      this.#batches += 1;
    }
    this.#rounds ??= this.#run();
    if (this.#unresolved.length > IN_FLIGHT_MAX) await this.#rounds;
  }

  async whenDone(): Promise<void> {
    await this.#rounds;
  }

  /** The producer has gone; what is on its way may still arrive. */
  giveUp(): void {
    this.#isGivenUp = true;
  }

  /** Sends what is unresolved, hears of it, and sends again what is left. */
  async #run(): Promise<void> {
    for (let round = 1, healthy = 0; this.#unresolved.length > 0; round += 1) {
      if (this.#world.isHealed) healthy += 1;
      if (healthy > HEALTHY_ROUNDS_MAX) {
        this.#world.problem(
          `${this.#who.client} cannot get ${this.#unresolved[0]?.write.values} into the log`,
        );
        break;
      }
      const before = this.#unresolved.length;
      await this.#round(round);
      if (this.#isGivenUp) break;
      const isStuck = this.#unresolved.length === before;
      if (isStuck) await this.#world.scheduler.sleep(Math.min(20 * 2 ** round, BACK_OFF_MAX_MS));
    }
    this.#rounds = undefined;
  }

  async #round(round: number): Promise<void> {
    // Until one is acknowledged, one at a time: a log that knows nothing of a producer takes any sequence (KIP-98).
    const [first] = this.#unresolved;
    if (first === undefined) return;
    const ahead = this.#isAnyAcknowledged ? IN_FLIGHT_MAX : 1;
    const batches = this.#unresolved.filter(({ nth }) => nth < first.nth + ahead);
    const { partition, process, isAstray, isSpread, answerWithinMs } = first.act;
    const askedOf = (index: number) => ({
      partition,
      process: process + round + (isSpread ? index : 0),
      isAstray: isAstray || round % 4 === 0,
    });
    const { client, producerId: id, epoch } = this.#who;
    const replies = batches.map(({ write, sequence }, index) =>
      this.#world.askLog(
        askedOf(index),
        answerWithinMs,
        (logs) => {
          const { values, timestamp } = write;
          const batch = batchOf(values, { timestamps: [timestamp], producer: { id, epoch, sequence } });
          return logs.append(this.#world.partition(partition), [batch]);
        },
        WAY_MS,
      ),
    );
    for (const [index, reply] of (await Promise.all(replies)).entries()) {
      const batch = batches[index];
      if (batch === undefined || reply.kind !== 'answer' || this.#isGivenUp) continue;
      const outcome = toOutcome(reply.result[0]);
      this.#world.trace?.(
        client,
        `sequence ${batch.sequence} ${batch.write.values}: ${JSON.stringify(outcome)}`,
      );
      if (outcome.kind === 'failed') this.#checkRefusal(batch, index === 0, outcome.error);
      if (outcome.kind !== 'ok') continue;
      this.#world.recorder.endWrite(batch.write, outcome);
      this.#isAnyAcknowledged = true;
      this.#unresolved = this.#unresolved.filter((each) => each !== batch);
    }
  }

  /** All before the first one are acknowledged, so nothing can be missing before it; and nobody has a higher epoch. */
  #checkRefusal({ sequence }: Numbered, isFirst: boolean, error: string): void {
    const isWrong =
      error === 'INVALID_PRODUCER_EPOCH' || (isFirst && error === 'OUT_OF_ORDER_SEQUENCE_NUMBER');
    if (isWrong) this.#world.problem(`I6: ${this.#who.client} sent sequence ${sequence} and heard ${error}`);
  }
}
