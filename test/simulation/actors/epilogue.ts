import type { SendAct } from '../story/story.ts';
import type { ClientWorld } from '../world/client-world.ts';
import { sendOnce } from './plain-producer.ts';
import { PartitionReader } from './reader.ts';

const LAST_ACT: Omit<SendAct, 'partition' | 'process'> = {
  act: 'send',
  pauseMs: 0,
  counts: [1],
  timestamp: 50,
  isAstray: false,
  isAwaited: true,
  isSpread: false,
  answerWithinMs: 600_000,
};
const POLLS_MAX = 1_000;

/** When all is well again, a process can append. */
export async function appendLast(world: ClientWorld, partition: number, process: number): Promise<void> {
  const [outcome] = await sendOnce(world, `last producer ${process}`, { ...LAST_ACT, partition, process });
  if (outcome?.kind !== 'ok') {
    world.problem(`though all is well again, process ${process} answers ${JSON.stringify(outcome)}`);
  }
}

/** When all is well again, a process can read the whole log. */
export async function readToEnd(world: ClientWorld, partition: number, process: number): Promise<void> {
  const read = new PartitionReader(world, `last reader ${process}`, partition);
  for (let polls = 0; polls < POLLS_MAX; polls += 1) {
    if (!(await read.poll(process, 1_000_000, 0))) break;
    if (read.position === read.highWatermark) return;
  }
  world.problem(`though all is well again, process ${process} cannot read partition ${partition} to its end`);
}
