import type { Head } from '../../lib/storage/head.ts';
import { checkInvariants } from '../log/check-invariants.ts';
import { appendLast, readToEnd } from './actors/epilogue.ts';
import { operator } from './actors/operator.ts';
import { performClient } from './actors/perform.ts';
import { checkHistory } from './history/check-history.ts';
import type { FinalLog, History } from './history/history.ts';
import { EPILOGUE, type Outcome, type SimulateOptions } from './simulation.ts';
import type { Actor, Story } from './story/story.ts';
import { allOf } from './world/all-of.ts';
import { LogWorld } from './world/log-world.ts';

export interface LogOutcome extends Outcome {
  readonly history: History;
  /** The partitions' heads at the very end. */
  readonly heads: readonly Head[];
  /** How many requests were sent to the stores, by operation, until the epilogue. */
  readonly requests: ReadonlyMap<string, number>;
}

/** Troubles end this long after the beginning at the latest, so that a run ends. */
const TROUBLES_END_AFTER_MS = 4 * 3_600_000;

/** Tells a story to its end, and checks what its clients saw and what the stores hold. The same story ends the same. */
export async function simulate(story: Story, options: SimulateOptions = {}): Promise<LogOutcome> {
  const { trace, spared = new Set(), planted = new Map() } = options;
  const world = new LogWorld(story, { trace, spared, planted });
  world.scheduler.after(TROUBLES_END_AFTER_MS, () => world.heal());
  await allOf(
    world,
    story.actors.map((actor) => perform(world, actor)),
  );
  world.heal();
  await world.scheduler.run(); // whatever is late comes now
  const requests = new Map(world.requests);
  await allOf(world, [epilogue(world)]);
  await world.scheduler.run();
  const reports = await finalReports(world);
  const history = world.recorder.history(reports.map(({ log }) => log));
  const heads = reports.map(({ head }) => head);
  const problems = [...world.problems, ...checkHistory(history, { isMild: story.weather.isMild })];
  const counts = {
    writes: history.writes.length,
    acknowledged: history.writes.filter(({ outcome }) => outcome.kind === 'ok').length,
    polls: history.polls.length,
    faults: world.faults.size,
  };
  return { history, problems, heads, requests, faults: world.faults, counts };
}

function perform(world: LogWorld, actor: Actor): Promise<void> {
  return actor.kind === 'operator' ? operator(world, actor.acts) : performClient(world, actor);
}

/** When all is well again, every process of the leader appends, and somebody reads the whole log through each. */
async function epilogue(world: LogWorld): Promise<void> {
  world.trace?.('', EPILOGUE);
  for (const partition of world.partitions.keys()) {
    for (const process of world.slots.keys()) await appendLast(world, partition, process);
    for (const process of world.slots.keys()) await readToEnd(world, partition, process);
  }
}

/** The partitions as the stores hold them, read without the log's own readers, with I1 to I7 checked. */
async function finalReports(world: LogWorld): Promise<{ log: FinalLog; head: Head }[]> {
  const reports: { log: FinalLog; head: Head }[] = [];
  for (const [partition, key] of world.partitions.entries()) {
    const { head, records, problems } = await checkInvariants(world.stores, key);
    for (const problem of problems) world.problem(`partition ${partition}: ${problem}`);
    reports.push({ head, log: { partition, start: head.start, next: head.next, records } });
  }
  return reports;
}
