import type { ResetTo } from '../../../../lib/group/types.ts';
import type { Chance } from '../../world/chance.ts';
import type { Drawn } from './drawn.ts';
import type { GroupOperatorAct, GroupOperatorActor } from './group-story.ts';

export function drawOperator(drawn: Drawn): GroupOperatorActor {
  const { chance } = drawn;
  const acts = Array.from({ length: chance.whole(3, 18) }, () => drawAct(drawn));
  return { kind: 'operator', name: 'operator', acts: acts.sort((a, b) => a.atMs - b.atMs) };
}

function drawAct({ chance, topics, groups, lengthMs, timing, isPlacid }: Drawn): GroupOperatorAct {
  const { groupId = '', ebbs = [] } = chance.pickAny(groups) ?? {};
  const ebb = chance.pickAny(ebbs);
  const isAtEbb = ebb !== undefined && chance.happens(0.6);
  const atMs = isAtEbb ? ebb.atMs + (0.2 + chance.next()) * ebb.forMs : chance.whole(0, lengthMs);
  const common = { atMs, process: chance.whole(0, 2) };
  const { name: topic = '' } = chance.pickAny(topics) ?? {};
  switch (isAtEbb ? chance.whole(3, 8) : chance.whole(0, isPlacid ? 11 : 14)) {
    case 0:
      return { ...common, act: 'create topic', topic: 'peaches', partitions: chance.whole(1, 3) };
    case 1:
    case 2:
      return { ...common, act: 'add partition', topic };
    case 3:
    case 4:
      return { ...common, act: 'reset', groupId, topic, to: drawTarget(chance) };
    case 5:
    case 6:
      return { ...common, act: 'commit', groupId, topic, partition: chance.whole(0, 3), to: chance.next() };
    case 7:
    case 8:
      return { ...common, act: 'delete', groupId };
    case 9:
      return { ...common, act: chance.pick(['describe', 'lags'] as const), groupId };
    case 10:
      return { ...common, act: 'fetch all', groupId };
    case 11:
      return { ...common, act: 'list' };
    case 12:
      return { ...common, act: 'crash process' };
    default:
      return {
        ...common,
        act: 'freeze process',
        ms: chance.spread(timing.heartbeatMs, 5 * timing.sessionMs),
      };
  }
}

const drawTarget = (chance: Chance): ResetTo =>
  chance.pick<ResetTo>([
    { kind: 'earliest' },
    { kind: 'latest' },
    { kind: 'offset', offset: chance.whole(0, 10) },
    { kind: 'timestamp', timestampMs: 0 },
    { kind: 'shift', by: chance.whole(-5, 5) },
  ]);
