import { EPILOGUE } from '../../simulation.ts';
import { Client } from '../actors/client.ts';
import { GroupMember } from '../actors/group-member.ts';
import { send } from '../actors/group-producer.ts';
import type { GroupShape } from '../story/group-story.ts';
import { checkBalance } from '../watch/check-targets.ts';
import type { GroupWorld } from '../world/group-world.ts';
import { checkEnd } from './check-end.ts';
import { areDone, unsettled } from './settled.ts';

/** What was late arrives within so many heartbeats. */
const LATE_BEATS = 2;
/** Until then nobody waits any more for an answer to what was asked before. */
const LAST_TIMEOUT_BEATS = 4;
/** To hear, let go, say so, hear, take over and say so, once for those who leave and once for those who come. */
const BEATS_TO_REST = 8;
/** So long nothing may change once groups have come to rest. */
const BEATS_AT_REST = 3;
const BEATS_TO_THE_END = 30;
const BEATS_TO_WORK_OFF = 100;

/**
 * All is well again, and whoever is there stays: every group comes to rest within a bounded time, its members read
 * everything to the end, and leave. Where nobody is, somebody comes.
 */
export async function epilogue(world: GroupWorld): Promise<void> {
  const { groups, timing } = world.story;
  world.heal();
  world.settle(LATE_BEATS * timing.heartbeatMs);
  for (const { groupId } of groups) {
    for (const member of world.members.of(groupId)) if (isInTheWay(member)) member.process.crash();
  }
  await world.scheduler.sleep((LATE_BEATS + 1) * timing.heartbeatMs);
  await workOff(world);
  for (const group of groups) {
    const members = world.members.of(group.groupId);
    // What it said late may have taken back what it said since.
    for (const member of members) member.subscribe(member.subscription);
    if (members.length === 0) joinLast(world, group);
  }
  await world.scheduler.sleep(LAST_TIMEOUT_BEATS * timing.heartbeatMs);
  await comeToRest(world);
  await readToTheEnd(world);
  world.trace?.('', EPILOGUE);
  await checkEnd(world);
}

/** A process that was frozen has much to do that nobody waits for any more. */
async function workOff(world: GroupWorld): Promise<void> {
  const { heartbeatMs } = world.story.timing;
  const begunMs = world.scheduler.nowMs;
  for (let beat = 0; world.isBusyWith(begunMs); beat += 1) {
    if (beat > BEATS_TO_WORK_OFF)
      return world.problem('no end: all is well again, and requests are not answered');
    await world.scheduler.sleep(heartbeatMs);
  }
}

/** An instance that was replaced and did not notice: its successor cannot join while it goes on. */
const isInTheWay = ({ isReplaced, shape }: GroupMember): boolean =>
  isReplaced && shape.instanceId !== undefined;

function joinLast(world: GroupWorld, { groupId, subscription }: GroupShape): void {
  const { heartbeatMs } = world.story.timing;
  const shape = {
    name: `last of ${groupId}`,
    groupId,
    instanceId: undefined,
    assignor: undefined,
    isRoaming: true,
    isBlind: false,
    pollEveryMs: heartbeatMs / 2,
    commitRate: 1,
    answerWithinMs: 10 * heartbeatMs,
  };
  new GroupMember(world, shape.name, shape, subscription).start();
}

/**
 * The bound: a member that has gone holds its partitions until its session is over, or, where it was asked to let go of
 * them, its time to do so; both as clocks that were wrong have counted them. Then it takes some heartbeats.
 */
async function comeToRest(world: GroupWorld): Promise<void> {
  const { groups, timing, processes } = world.story;
  const { heartbeatMs, sessionMs, rebalanceMs } = timing;
  const clockErrorMs = Math.max(...processes.map(({ clockErrorMs }) => Math.abs(clockErrorMs)));
  const untilMs =
    world.scheduler.nowMs + sessionMs + rebalanceMs + 2 * clockErrorMs + BEATS_TO_REST * heartbeatMs;
  for (const { groupId } of groups) {
    for (;;) {
      const missing = await unsettled(world, groupId);
      if (missing === undefined) break;
      if (world.scheduler.nowMs > untilMs) {
        world.problem(`no rest: all is well again, and group ${groupId} does not come to rest: ${missing}`);
        return;
      }
      await world.scheduler.sleep(heartbeatMs / 2);
    }
  }
  world.trace?.('', 'all groups have come to rest');
  world.isQuiet = true;
  const epochs = epochsOf(world);
  await world.scheduler.sleep(BEATS_AT_REST * heartbeatMs);
  for (const { groupId } of groups) {
    const missing = await unsettled(world, groupId);
    if (missing !== undefined) world.problem(`no rest: group ${groupId} did not stay at rest: ${missing}`);
    const { group } = world.watch.record(groupId);
    if (group !== undefined) checkBalance(group, (fact) => world.problem(fact));
  }
  if (epochsOf(world) !== epochs)
    world.problem(`no rest: nothing changes, and epochs went from ${epochs} to ${epochsOf(world)}`);
}

const epochsOf = (world: GroupWorld): string =>
  world.story.groups.map(({ groupId }) => world.watch.record(groupId).group?.epoch).join();

/** One more record for each partition, and then everybody has the time to read and commit what there is. */
async function readToTheEnd(world: GroupWorld): Promise<void> {
  const { groups, timing } = world.story;
  const { heartbeatMs } = timing;
  const client = new Client(world, 'last producer', { isRoaming: true, answerWithinMs: 10 * heartbeatMs });
  for (const { name, partitionCount } of await world.topics()) {
    for (let partition = 0; partition < partitionCount; partition += 1)
      await send(world, client, name, partition, 1);
  }
  const untilMs = world.scheduler.nowMs + BEATS_TO_THE_END * heartbeatMs;
  for (const { groupId } of groups) {
    while (!areDone(world, groupId)) {
      if (world.scheduler.nowMs > untilMs) {
        world.problem(`no end: all is well again, and members of ${groupId} do not come to the end`);
        return;
      }
      await world.scheduler.sleep(heartbeatMs);
    }
  }
}
