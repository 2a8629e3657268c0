import { checkError, checkFetched, noteFetched } from '../watch/check-told.ts';
import { partOf } from '../watch/part.ts';
import type { GroupWorld } from '../world/group-world.ts';
import type { GroupMember } from './group-member.ts';
import type { OwnedPartition } from './owned-partition.ts';

/** A member asks how far its group has come in partitions of its; `undefined` when it was not told. */
export async function fetchAs(
  world: GroupWorld,
  member: GroupMember,
  partitions: readonly OwnedPartition[],
): Promise<(number | undefined)[] | undefined> {
  const { groupId, memberId, epoch: memberEpoch } = member;
  const { instants } = world.watch;
  const record = world.watch.record(groupId);
  const name = { memberId, memberEpoch };
  const named = partitions.map(({ topic, key }) => ({ topic, partition: key.partition }));
  const reply = await member.client.ask('fetch offsets', async ({ groups }) => {
    const begun = instants.next();
    try {
      const fetched = await groups.fetchOffsets(groupId, name, named);
      const span = { begun, ended: instants.next() };
      for (const [index, { key }] of partitions.entries()) {
        checkFetched(record, span, partOf(key), fetched[index]?.offset);
        noteFetched(record, span, name, partOf(key));
      }
      return fetched;
    } catch (error) {
      checkError(record, { begun, ended: instants.next() }, error, name);
      throw error;
    }
  });
  return reply.kind === 'answer' ? reply.result.map(({ offset }) => offset) : undefined;
}
