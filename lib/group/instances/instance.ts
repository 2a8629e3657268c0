import type { Offset } from '../../kafka/types.ts';
import { partitionId } from '../../log/partition-id.ts';
import type { Subscription } from '../group.ts';
import type { MemberName, TopicPartition } from '../types.ts';
import type { InstanceConfig } from './types.ts';

/** A partition that an instance reads. */
export interface Held extends TopicPartition {
  readonly topicId: string;
  /**
   * The member epoch under which its position was begun; 0 for one that the instance assigned to itself. Whoever commits
   * speaks under it: should the partition have been lost since, and have come back unnoticed, the commit is refused.
   */
  readonly since: number;
  /** The next offset to read; `undefined` until the group's committed offset has been looked for. */
  readonly position: Offset | undefined;
  /** The committed offset, as far as the instance knows. */
  readonly committed: Offset | undefined;
}

/** By topic id and number; in the order of topics and numbers. */
export type Holdings = ReadonlyMap<string, Held>;

/** How an instance came by its partitions. */
export type Reads =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'subscription';
      readonly subscription: Subscription;
      /** Epoch 0: it has to join. */
      readonly member: MemberName;
    }
  | { readonly kind: 'assignment'; readonly partitions: readonly TopicPartition[] };

/** A consumer instance: what its one item holds. */
export interface Instance {
  readonly config: InstanceConfig;
  readonly reads: Reads;
  readonly held: Holdings;
  /** Grows with each answer that had records, so that another partition comes first in the next one. */
  readonly turn: number;
  /** When it last committed by itself, in milliseconds since 1970. */
  readonly autoCommittedMs: number;
  /** When somebody last wanted something of it, give or take, in milliseconds since 1970. */
  readonly usedMs: number;
  /** Ids of its last changes, the latest last: so a write whose answer was lost is known again. */
  readonly changes: readonly string[];
}

export const NOTHING_HELD: Holdings = new Map();

export function newInstance(config: InstanceConfig, nowMs: number): Instance {
  return {
    config,
    reads: { kind: 'nothing' },
    held: NOTHING_HELD,
    turn: 0,
    autoCommittedMs: nowMs,
    usedMs: nowMs,
    changes: [],
  };
}

export function holdingsOf(all: Iterable<Held>): Holdings {
  const sorted = Array.from(all).sort((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
  );
  return new Map(sorted.map((held) => [partitionId(held), held]));
}

/** The instance with some of what it holds changed. */
export function withHeld(instance: Instance, changed: Iterable<Held>): Instance {
  const held = new Map(instance.held);
  for (const each of changed) if (held.has(partitionId(each))) held.set(partitionId(each), each);
  return { ...instance, held };
}

/** What an instance holds of partitions that are named, by `topic` and number. */
export function heldByName(instance: Instance): (named: TopicPartition) => Held | undefined {
  const byName = new Map(
    Array.from(instance.held.values(), (held) => [`${held.topic}#${held.partition}`, held] as const),
  );
  return ({ topic, partition }) => byName.get(`${topic}#${partition}`);
}

/** The names of the topics that an instance reads, each once. */
export const heldTopics = ({ held }: Instance): readonly string[] =>
  Array.from(new Set(held.values().map(({ topic }) => topic)));

/** The member that speaks for a subscribed instance. */
export function memberOf({ reads }: Instance): MemberName | undefined {
  return reads.kind === 'subscription' ? reads.member : undefined;
}
