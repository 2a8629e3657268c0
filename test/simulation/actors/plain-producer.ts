import type { BatchOutcome } from '../../../lib/log/types.ts';
import { batchOf } from '../../log/batches.ts';
import type { WriteOutcome } from '../history/history.ts';
import type { SendAct } from '../story/story.ts';
import type { ClientLogs, ClientWorld } from '../world/client-world.ts';

/** Sends each batch once, and takes no answer for one that does not tell: whoever sent it again would double it. */
export async function plainProducer(
  world: ClientWorld,
  client: string,
  acts: readonly SendAct[],
): Promise<void> {
  const sent: Promise<unknown>[] = [];
  for (const act of acts) {
    await world.scheduler.sleep(act.pauseMs);
    const outcome = sendOnce(world, client, act);
    sent.push(outcome);
    if (act.isAwaited) await outcome;
  }
  await Promise.all(sent);
}

/** One connection: what is sent first arrives first. */
export const WAY_MS = 3;

/** Sends what an act says, and gives what became of it. */
export async function sendOnce(world: ClientWorld, client: string, act: SendAct): Promise<WriteOutcome[]> {
  const { recorder } = world;
  const { partition, timestamp } = act;
  const writes = act.counts.map((count) =>
    recorder.beginWrite({ client, partition, timestamp, values: recorder.freshValues(count) }),
  );
  const send = (logs: ClientLogs, process: string) => {
    for (const write of writes) write.process = process;
    const batches = writes.map(({ values }) => batchOf(values, { timestamps: [timestamp] }));
    return logs.append(world.partition(partition), batches);
  };
  const reply = await world.askLog(act, act.answerWithinMs, send, WAY_MS);
  return writes.map((write, index) => {
    const outcome = reply.kind === 'answer' ? toOutcome(reply.result[index]) : ({ kind: 'unknown' } as const);
    world.trace?.(client, `${write.values.join(' ')}: ${JSON.stringify(outcome)}`);
    recorder.endWrite(write, outcome);
    return outcome;
  });
}

/** What a client makes of the log's answer to one batch. */
export function toOutcome(outcome: BatchOutcome | undefined): WriteOutcome {
  if (outcome === undefined) return { kind: 'failed', error: 'no outcome' };
  if (outcome.kind !== 'failed') return { kind: 'ok', base: outcome.baseOffset };
  const { error } = outcome.error;
  return error === 'REQUEST_TIMED_OUT' ? { kind: 'unknown' } : { kind: 'failed', error };
}
