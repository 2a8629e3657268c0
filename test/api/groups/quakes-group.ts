import { testBroker } from '../../support/broker.ts';
import { binary } from '../../support/requests.ts';
import { GroupClient, Member } from './group-client.ts';

export const quakes = { subscribed_topic_names: ['quakes'] };
export const at = (partition: number, offset: number, more: object = {}) => ({
  topic: 'quakes',
  partition,
  offset,
  ...more,
});
export const of = (partition: number) => ({ topic: 'quakes', partition });

/** A member, `one`, that owns partitions 0 and 1 of quakes; its group has committed offset 1 of partition 0. */
export async function setUp() {
  const all = await testBroker({ 'offset.metadata.max.bytes': 8 });
  await all.broker.topics.create({ name: 'quakes', partitionCount: 2 });
  await all.send('/topics/quakes', binary({ partition: 0 }, { partition: 0 }, { partition: 1 }));
  const group = new GroupClient(all.send, 'alerts');
  const one = new Member(group, 'one');
  await one.join(quakes);
  await group.commit({ ...one.name, offsets: [at(0, 1)] });
  return { ...all, group, one };
}
