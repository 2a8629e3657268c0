import { openStores } from '../log/test-logs.ts';
import { newName, newTopic, openGroups, TestMember } from './test-groups.ts';

/** A topic, and the name of a group for it, with what most tests do to them. */
export async function openGroup(partitionCount: number, config = {}) {
  const stores = await openStores();
  const groups = openGroups(stores, { config });
  const topic = await newTopic(groups, partitionCount);
  const groupId = newName('group');
  const member = (memberId: string, more = {}) =>
    new TestMember(groups, groupId, memberId, { subscribedTopicNames: [topic], ...more });
  /** Another process, with the same clock. */
  const another = () => openGroups(stores, { config, runtime: groups.runtime });
  const at = (partition: number, offset: number, more = {}) => [{ topic, partition, offset, ...more }];
  const committed = async (partition = 0) =>
    (await groups.fetchOffsets(groupId, undefined, [{ topic, partition }]))[0]?.offset;
  return { stores, groups, topic, groupId, member, another, at, committed };
}
