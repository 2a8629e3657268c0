import { KafkaError } from '../../kafka/errors.ts';
import { backOff } from '../../log/retry.ts';
import type { InstanceDeps } from './deps.ts';
import { leave } from './heartbeats.ts';
import { memberOf, newInstance } from './instance.ts';
import { InstanceError } from './instance-error.ts';
import type { StoredInstance } from './instance-item.ts';
import { sweepBehind } from './remove-idle.ts';
import type { InstanceConfig } from './types.ts';

const RACES_MAX = 10;

/**
 * Makes an instance, in the place of one of its name that is idle.
 * @throws InstanceError NAME_TAKEN.
 */
export async function createInstance(
  deps: InstanceDeps,
  groupId: string,
  name: string,
  config: InstanceConfig,
): Promise<void> {
  const { instances, runtime } = deps;
  const made = instances.changed(newInstance(config, runtime.nowMs()));
  let standing: StoredInstance | undefined;
  for (let race = 1; race <= RACES_MAX; race += 1) {
    const condition = standing === undefined ? 'absent' : { version: standing.version };
    const refused = await instances.put(groupId, name, made, condition);
    if (refused === undefined) {
      const member = standing && memberOf(standing.instance);
      if (member !== undefined) await leave(deps.groups, groupId, member);
      return sweepBehind(deps, groupId, name);
    }
    standing = refused.standing;
    if (standing !== undefined && !(await instances.isIdle(groupId, standing.instance))) throw nameTaken();
    await backOff(runtime, 1);
  }
  throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS', `${name} is made too often. Try again in a moment.`);
}

/** Confluent's words. */
const nameTaken = (): InstanceError =>
  new InstanceError(
    'NAME_TAKEN',
    'Consumer with specified consumer ID already exists in the specified consumer group.',
  );
