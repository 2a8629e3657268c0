import type { InstanceDeps } from './deps.ts';
import { leave } from './heartbeats.ts';
import { memberOf } from './instance.ts';
import type { StoredInstance } from './instance-item.ts';

/** Instances that whoever makes one looks at by the way, so that those that nobody asks for any more go in the end. */
const SWEPT_MAX = 25;

/** Removes an instance that is idle, unless somebody has just used it, and lets its member leave. */
export async function removeIdle(
  { instances, groups }: InstanceDeps,
  groupId: string,
  name: string,
  stored: StoredInstance,
): Promise<void> {
  const member = memberOf(stored.instance);
  if ((await instances.delete(groupId, name, stored)) && member !== undefined) {
    await leave(groups, groupId, member);
  }
}

/** Removes idle ones among the instances whose names come behind this one: names are mostly random, so it may be any. */
export async function sweepBehind(deps: InstanceDeps, groupId: string, name: string): Promise<void> {
  for (const { name: other, ...stored } of await deps.instances.behind(groupId, name, SWEPT_MAX)) {
    if (await deps.instances.isIdle(groupId, stored.instance)) await removeIdle(deps, groupId, other, stored);
  }
}
