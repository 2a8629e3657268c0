import type { Subscription } from '../group.ts';
import type { TopicPartition } from '../types.ts';
import { holdingsOf, type Instance, NOTHING_HELD } from './instance.ts';
import { illegalState } from './instance-error.ts';

/** Kafka's, of a consumer that is told to do both. */
const exclusive = () =>
  illegalState('Subscription to topics, partitions and pattern are mutually exclusive: unsubscribe first.');

const hasPattern = ({ pattern }: Subscription): boolean => pattern !== undefined;

/**
 * The instance with this subscription in the place of one of the same kind. What it holds stays, until its group says
 * otherwise.
 *
 * @param memberId For an instance that has no subscription yet: made up fresh, because a member is told by it.
 * @throws InstanceError ILLEGAL_STATE.
 */
export function subscribe(instance: Instance, subscription: Subscription, memberId: string): Instance {
  const { reads } = instance;
  if (reads.kind === 'assignment') throw exclusive();
  if (reads.kind === 'nothing') {
    return {
      ...instance,
      reads: { kind: 'subscription', subscription, member: { memberId, memberEpoch: 0 } },
    };
  }
  if (hasPattern(reads.subscription) !== hasPattern(subscription)) throw exclusive();
  return { ...instance, reads: { ...reads, subscription } };
}

/**
 * The instance with these partitions in the place of those that it assigned to itself before; positions of those that
 * stay, stay.
 *
 * @throws InstanceError ILLEGAL_STATE.
 */
export function assign(instance: Instance, partitions: readonly TopicPartition[]): Instance {
  checkAssignable(instance);
  const names = new Set(partitions.map(({ topic, partition }) => `${topic}#${partition}`));
  const kept = instance.held.values().filter(({ topic, partition }) => names.has(`${topic}#${partition}`));
  return { ...instance, reads: { kind: 'assignment', partitions }, held: holdingsOf(kept) };
}

/** @throws InstanceError ILLEGAL_STATE. */
export function checkAssignable({ reads }: Instance): void {
  if (reads.kind === 'subscription') throw exclusive();
}

/** The instance reading nothing. The very same object when it did already. */
export function unsubscribe(instance: Instance): Instance {
  if (instance.reads.kind === 'nothing') return instance;
  return { ...instance, reads: { kind: 'nothing' }, held: NOTHING_HELD };
}
