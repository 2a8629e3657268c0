import { type AssignedPartition, type AssignedPartitions, byKey, keyOf } from './assigned-partition.ts';

const JOIN_EPOCH = 0;

/** What a member of a consumer group knows of itself (KIP-848). Only answers to its heartbeats change its epoch. */
export interface Membership {
  /** As the broker told it last; 0 as long as it has to join. */
  readonly epoch: number;
  /** All that it has not let go of yet: this is what it reports, with every heartbeat. */
  readonly owned: AssignedPartitions;
  /** Those of `owned` that it shall let go of, and is still printing or committing. */
  readonly revoking: AssignedPartitions;
}

/** As a heartbeat is answered. */
export interface HeartbeatAnswer {
  readonly memberEpoch: number;
  readonly heartbeatIntervalMs: number;
  /** All that the member may own now; `null` when that is just what it reported. */
  readonly assignment: readonly AssignedPartition[] | null;
}

/** What a member is from now on, and what it has to do about it. */
export interface Step {
  readonly next: Membership;
  /** May be read, once the committed offset has been fetched at the new epoch. */
  readonly toStart: readonly AssignedPartition[];
  /** To be let go of: nothing more may be printed of it. */
  readonly toStop: readonly AssignedPartition[];
}

/** A member that has to join, or to join again. */
export const outside: Membership = { epoch: JOIN_EPOCH, owned: new Map(), revoking: new Map() };

export const isOutside = ({ epoch }: Membership): boolean => epoch === JOIN_EPOCH;

/** A heartbeat was answered. */
export function answered(member: Membership, { memberEpoch, assignment }: HeartbeatAnswer): Step {
  const { owned, revoking } = member;
  if (assignment === null) return { next: { ...member, epoch: memberEpoch }, toStart: [], toStop: [] };
  const assigned = byKey(assignment);
  const toStart = without(assigned, owned);
  const toStop = without(without(owned, assigned), revoking);
  const next = {
    epoch: memberEpoch,
    owned: new Map([...owned, ...toStart]),
    revoking: new Map([...revoking, ...toStop]),
  };
  return { next, toStart: Array.from(toStart.values()), toStop: Array.from(toStop.values()) };
}

/** Partitions have been let go of: what was printed of them has been committed. The next heartbeat tells. */
export function released(member: Membership, partitions: Iterable<AssignedPartition>): Membership {
  const gone = byKey(partitions);
  return { ...member, owned: without(member.owned, gone), revoking: without(member.revoking, gone) };
}

function without(partitions: AssignedPartitions, others: AssignedPartitions): AssignedPartitions {
  return byKey(partitions.values().filter((each) => !others.has(keyOf(each))));
}
