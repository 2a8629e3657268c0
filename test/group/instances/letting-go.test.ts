import { expect, test } from 'vitest';
import type { MemberName } from '../../../lib/group/types.ts';
import { openStores } from '../../log/test-logs.ts';
import { HastyRuntime } from '../../log/test-runtime.ts';
import { newName, newTopic } from '../test-groups.ts';
import { append, CONFIG, openInstances, readNames, refusalOf } from './test-instances.ts';

/** An instance that two processes speak for, subscribed to a topic of two partitions. */
async function setUp() {
  const stores = await openStores();
  const runtime = new HastyRuntime();
  const [here, there] = [openInstances(stores, { runtime }), openInstances(stores, { runtime })];
  const topic = await newTopic(here.groups, 2);
  const groupId = newName('group');
  await here.create(groupId, 'reader', CONFIG);
  await here.subscribe(groupId, 'reader', { topicNames: [topic], pattern: undefined });
  const join = async (memberId: string): Promise<MemberName> => {
    const heartbeat = { memberId, memberEpoch: 0, subscribedTopicNames: [topic] };
    const { memberEpoch } = await there.groups.heartbeat(groupId, heartbeat);
    return { memberId, memberEpoch };
  };
  return { here, there, topic, groupId, join };
}

test('a read that is under way returns nothing of what another process lets go of meanwhile', async () => {
  const { here, there, topic, groupId, join } = await setUp();
  await readNames(here, groupId, 'reader');
  for (const partition of [0, 1]) await append(here.groups, topic, partition);
  // This read has found records of both, and is about to write down that it returns them.
  const { faults } = here.groups;
  faults.before('metadata.write', async () => undefined); // its member's heartbeat
  const returning = faults.hold('metadata.write');
  const read = readNames(here, groupId, 'reader');
  await returning.arrived;
  await join('other');
  // Another one hears what has to be let go of, drops it, and is about to say so: its group's item and its heartbeat, then
  // the instance's item, and then the group's again.
  for (let writes = 0; writes < 3; writes += 1)
    there.groups.faults.before('metadata.write', async () => undefined);
  const sayingSo = there.groups.faults.hold('metadata.write');
  const second = readNames(there, groupId, 'reader');
  await sayingSo.arrived;
  returning.release();
  const first = await read;
  sayingSo.release();
  const [kept] = await here.assignment(groupId, 'reader');
  expect([...first, ...(await second)]).toEqual([`${kept?.partition}@0`]);
});

test('before it reads what was another member’s, an instance shuts out its commits', async () => {
  const { here, there, topic, groupId, join } = await setUp();
  for (const partition of [0, 1]) await append(here.groups, topic, partition, 5);
  const other = await join('other');
  // It may commit, and is about to.
  const late = there.groups.faults.hold('metadata.write');
  const committed = refusalOf(
    there.groups.commitOffsets(groupId, other, [{ topic, partition: 0, offset: 3 }]),
  );
  await late.arrived;
  await here.groups.heartbeat(groupId, { memberId: 'other', memberEpoch: -1 });
  expect(await readNames(here, groupId, 'reader')).toHaveLength(10);
  late.release();
  expect(await committed).toBe('STALE_MEMBER_EPOCH');
  const [{ offset } = { offset: undefined }] = await here.committed(groupId, 'reader', [
    { topic, partition: 0 },
  ]);
  expect(offset).toBeUndefined();
});
