import type { TopicPartitions } from '../topic-partitions.ts';

/** What an assignor knows of a member. */
export interface AssignableMember {
  /** `group.instance.id` of a static member. */
  readonly instanceId?: string;
  /** Topics that exist and that it subscribes to. */
  readonly topicIds: ReadonlySet<string>;
  /** What the last assignment gave it. Topics that it has left, or that are gone, may still stand in it. */
  readonly assigned: TopicPartitions;
}

export interface AssignorInput {
  /** By member id. */
  readonly members: ReadonlyMap<string, AssignableMember>;
  /** How many partitions each topic has, by topic id. */
  readonly topics: ReadonlyMap<string, number>;
}

/**
 * Gives every partition that anybody subscribes to, to exactly one of its subscribers. The same input gives the same
 * assignment, whatever the order in which the maps were filled. Every member stands in the result.
 */
export type Assign = (input: AssignorInput) => ReadonlyMap<string, TopicPartitions>;
