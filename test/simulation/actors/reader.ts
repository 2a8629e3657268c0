import { KafkaError } from '../../../lib/kafka/errors.ts';
import { asOffset } from '../../../lib/kafka/types.ts';
import { recordsOf } from '../../log/batches.ts';
import type { ReadAct } from '../story/story.ts';
import type { ClientLogs, ClientWorld } from '../world/client-world.ts';
import type { Reply } from '../world/simulated-world.ts';

const ANSWER_WITHIN_MS = 60_000;

/** Reads one partition on and on, goes back now and then, and goes to the start where retention was faster. */
export async function reader(
  world: ClientWorld,
  client: string,
  partition: number,
  acts: readonly ReadAct[],
): Promise<void> {
  const read = new PartitionReader(world, client, partition);
  for (const act of acts) {
    await world.scheduler.sleep(act.pauseMs);
    if (act.act === 'seek') read.position = Math.floor(read.position * act.to);
    else if (act.act === 'look up a time') await read.lookUp(act.process, act.timestamp);
    else await read.poll(act.process, act.maxBytes, act.maxWaitMs);
  }
}

export class PartitionReader {
  /** The offset that is read next. */
  position = 0;
  /** Where the log ended when last heard of. */
  highWatermark = 0;
  readonly #world: ClientWorld;
  readonly #client: string;
  readonly #partition: number;

  constructor(world: ClientWorld, client: string, partition: number) {
    this.#world = world;
    this.#client = client;
    this.#partition = partition;
  }

  /** Whether there was an answer that a reader can go on with. */
  async poll(process: number, maxBytes: number, maxWaitMs: number): Promise<boolean> {
    const { recorder, trace } = this.#world;
    const [client, partition, offset] = [this.#client, this.#partition, this.position];
    const begun = recorder.instant();
    const reply = await this.#ask(process, (logs) =>
      logs.fetch({
        partition: this.#world.partition(partition),
        offset: asOffset(offset),
        maxBytes,
        minBytes: 1,
        maxWaitMs,
      }),
    );
    if (reply.kind === 'no answer') return false;
    const poll = { client, partition, offset, begun, ended: recorder.instant() };
    if (reply.kind === 'error') {
      const { error, message } = asKafkaError(reply.error);
      trace?.(client, `polls ${offset}: ${error} ${message}`);
      recorder.polls.push({ ...poll, outcome: { kind: 'failed', error, message } });
      return error === 'OFFSET_OUT_OF_RANGE' && (await this.#toStart(process));
    }
    const { batches, highWatermark } = reply.result;
    // As Kafka's consumers do: a batch may begin below the offset that was asked for.
    const records = recordsOf(batches).filter((record) => record.offset >= offset);
    trace?.(client, `polls ${offset}: ${records.length} records, the log ends at ${highWatermark}`);
    recorder.polls.push({ ...poll, outcome: { kind: 'ok', records, highWatermark } });
    this.position = (records.at(-1)?.offset ?? offset - 1) + 1;
    this.highWatermark = Math.max(this.highWatermark, highWatermark);
    return true;
  }

  async lookUp(process: number, timestamp: number): Promise<void> {
    const [client, partition] = [this.#client, this.#partition];
    const begun = this.#world.recorder.instant();
    const reply = await this.#ask(process, (logs) =>
      logs.offsetForTimestamp(this.#world.partition(partition), timestamp),
    );
    if (reply.kind !== 'answer') return;
    this.#world.trace?.(client, `looks up time ${timestamp}: ${JSON.stringify(reply.result)}`);
    this.#world.recorder.lookUps.push({ client, partition, timestamp, begun, found: reply.result });
  }

  async #toStart(process: number): Promise<boolean> {
    const reply = await this.#ask(process, (logs) => logs.offsets(this.#world.partition(this.#partition)));
    if (reply.kind !== 'answer') return false;
    this.position = Math.max(this.position, reply.result.start);
    return true;
  }

  #ask<Result>(process: number, work: (logs: ClientLogs) => Promise<Result>): Promise<Reply<Result>> {
    const asked = { partition: this.#partition, process, isAstray: true };
    return this.#world.askLog(asked, ANSWER_WITHIN_MS, work);
  }
}

function asKafkaError(error: unknown): { error: string; message: string } {
  if (error instanceof KafkaError) return { error: error.error, message: error.message };
  return { error: 'a bug', message: String(error) };
}
