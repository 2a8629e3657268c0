import { GroupClient, Member } from '../../api/groups/group-client.ts';
import { binary } from '../../support/requests.ts';
import { send } from './client.ts';
import { freshName } from './names.ts';
import { freshTopic } from './topics.ts';

/** The group protocol of a group that nobody else uses. */
export const freshGroup = (what = 'alerts'): GroupClient => new GroupClient(send, freshName(what));

/** The name of a group, which its client has in its path. */
export const nameOf = ({ path }: GroupClient): string => decodeURIComponent(path.slice('/groups/'.length));

export interface QuakesGroup {
  readonly topic: string;
  readonly group: GroupClient;
  readonly one: Member;
  /** An offset to commit; a partition. */
  at(partition: number, offset: number, more?: object): object;
  of(partition: number): object;
}

/** A member, `one`, that owns partitions 0 and 1 of a topic of two records and one; its group has committed offset 1 of 0. */
export async function quakesGroup(): Promise<QuakesGroup> {
  const topic = await freshTopic('quakes', { partitions: 2 });
  await send(`/topics/${topic}`, binary({ partition: 0 }, { partition: 0 }, { partition: 1 }));
  const group = freshGroup();
  const one = new Member(group, 'one');
  const at = (partition: number, offset: number, more = {}) => ({ topic, partition, offset, ...more });
  const of = (partition: number) => ({ topic, partition });
  await one.join({ subscribed_topic_names: [topic] });
  await group.commit({ ...one.name, offsets: [at(0, 1)] });
  return { topic, group, one, at, of };
}
