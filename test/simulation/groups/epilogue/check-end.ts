import { groupKey } from '../../../../lib/storage/keys.ts';
import { checkInvariants } from '../../../log/check-invariants.ts';
import { Client } from '../actors/client.ts';
import { checkDescribed } from '../watch/check-told.ts';
import { type Part, partOf } from '../watch/part.ts';
import type { GroupWorld } from '../world/group-world.ts';

const ITEMS_MAX = 1_000;

/** Everything was processed, every process tells so, and when all have left, nothing is left of the groups. */
export async function checkEnd(world: GroupWorld): Promise<void> {
  const lengths = await checkLogs(world);
  for (const { groupId } of world.story.groups) {
    checkProcessed(world, groupId, lengths);
    for (const process of world.slots.keys()) await checkLags(world, groupId, process);
  }
  await leave(world);
  for (const { groupId } of world.story.groups) await remove(world, groupId);
}

/** How long each log is; with all that was acknowledged in it. */
async function checkLogs(world: GroupWorld): Promise<Map<Part, number>> {
  const lengths = new Map<Part, number>();
  for (const { id: topicId, partitionCount } of await world.topics()) {
    for (let partition = 0; partition < partitionCount; partition += 1) {
      const key = { topicId, partition };
      const { head, records, problems } = await checkInvariants(world.stores, key);
      for (const problem of problems) world.problem(`${partOf(key)}: ${problem}`);
      const values = new Set(records.map(({ value }) => value));
      for (const value of world.sendings.acknowledged(partOf(key)))
        if (!values.has(value)) world.problem(`lost write: ${value} stands nowhere in ${partOf(key)}`);
      lengths.set(partOf(key), head.next);
    }
  }
  return lengths;
}

/** At least once: each record of the partitions that members own has been processed, and is committed. */
function checkProcessed(world: GroupWorld, groupId: string, lengths: ReadonlyMap<Part, number>): void {
  const record = world.watch.record(groupId);
  for (const member of world.members.of(groupId)) {
    for (const part of member.owned.keys()) {
      const length = lengths.get(part) ?? 0;
      const { end } = record.progress(part);
      if (end < length)
        world.problem(`not processed: ${end} of ${part} by group ${groupId}, of ${length} records`);
      const committed = record.committed(part)?.commit?.offset;
      if (length > 0 && committed !== length)
        world.problem(`not committed: ${committed} of ${part} by group ${groupId}, of ${length} records`);
    }
  }
}

/** Each process knows the group, its members, and that they are not behind. */
async function checkLags(world: GroupWorld, groupId: string, process: number): Promise<void> {
  const record = world.watch.record(groupId);
  const { instants } = world.watch;
  const client = clientFor(world, `asking for ${groupId}`);
  await client.ask('lags', async () => {
    const { groups } = world.slot(process).running.broker;
    const begun = instants.next();
    const described = await groups.describe(groupId);
    checkDescribed(record, { begun, ended: instants.next() }, described);
    if (described.state !== 'Stable') world.problem(`wrong answer: group ${groupId} is ${described.state}`);
    for (const { topic, partition, lag, owner } of await groups.lags(groupId)) {
      const owning = world.members.of(groupId).filter(({ memberId }) => memberId === owner?.memberId);
      // Somebody who is no member, or whoever owned it, may have committed what nobody subscribes to any more.
      if (owner !== undefined && (lag ?? 0) > 0)
        world.problem(`wrong answer: group ${groupId} is ${lag} behind in ${topic}-${partition}`);
      if (owner !== undefined && owning.length !== 1)
        world.problem(`wrong answer: ${topic}-${partition} is said to be ${owner.memberId}'s`);
    }
    const listed = (await groups.list()).map((each) => each.groupId);
    if (!listed.includes(groupId)) world.problem(`wrong answer: ${groupId} is not listed among ${listed}`);
  });
}

async function leave(world: GroupWorld): Promise<void> {
  const members = world.story.groups.flatMap(({ groupId }) => world.members.of(groupId));
  await Promise.all(
    members.map(async (member) => {
      member.process.deliver(() => void member.leave());
      await member.ended();
    }),
  );
}

/** Nothing stands in the store of a group that was deleted. */
async function remove(world: GroupWorld, groupId: string): Promise<void> {
  const { group } = world.watch.record(groupId);
  if (group === undefined || group.members.size > 0)
    world.problem(`no end: all have left, and group ${groupId} has ${[...(group?.members.keys() ?? [])]}`);
  await clientFor(world, `deleting ${groupId}`).ask('delete', ({ groups }) => groups.delete(groupId));
  const { pk } = groupKey(groupId);
  const left = await world.stores.metadata.query({ pk, limit: ITEMS_MAX, direction: 'forward' });
  if (left.length > 0)
    world.problem(`garbage: group ${groupId} is deleted, and ${left.map(({ key }) => key.sk)} is left`);
  await clientFor(world, `listing without ${groupId}`).ask('list', async ({ groups }) => {
    const listed = (await groups.list()).map((each) => each.groupId);
    if (listed.includes(groupId)) world.problem(`garbage: group ${groupId} is deleted, and still listed`);
  });
}

const clientFor = (world: GroupWorld, name: string): Client =>
  new Client(world, name, { isRoaming: false, answerWithinMs: 10 * world.story.timing.heartbeatMs });
