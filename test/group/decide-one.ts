import { decideBatch } from '../../lib/group/coordinator/decide-batch.ts';
import type { Group } from '../../lib/group/group.ts';
import type { DecideContext } from '../../lib/group/membership/context.ts';
import type { Heartbeat, HeartbeatAnswer } from '../../lib/group/types.ts';

/** What the coordinator makes of one heartbeat. @throws KafkaError. */
export function decideOne(
  group: Group,
  heartbeat: Heartbeat,
  context: Omit<DecideContext, 'mayBeOwn'>,
): { readonly group: Group; readonly answer: HeartbeatAnswer } {
  const decided = decideBatch(group, [heartbeat], {
    context: { ...context, mayBeOwn: false },
    heard: undefined,
    lookedMs: 0,
    newGeneration: () => 'another',
    bytesMax: { toJoin: 1_000_000, ever: 1_000_000 },
  });
  const [settled] = decided.settled;
  if (settled?.error !== undefined) throw settled.error;
  if (decided.group === undefined || settled?.answer === undefined)
    throw new Error('a heartbeat is answered');
  return { group: decided.group, answer: settled.answer };
}
