import type { AssignedTopic } from '../../../../lib/group/types.ts';
import type { PartitionKey } from '../../../../lib/storage/head.ts';
import { type Part, partOf } from '../watch/part.ts';

/** A partition that a member owns, from when it took it over until it let go of it. */
export interface OwnedPartition {
  readonly topic: string;
  readonly key: PartitionKey;
  /** The offset that is read next; `undefined` until it has asked how far the group has come. */
  position: number | undefined;
  /** How far it knows the group's offset to be. */
  committed: number;
}

/** The partitions of an assignment, by name. */
export function partitionsIn(assignment: readonly AssignedTopic[]): Map<Part, OwnedPartition> {
  return new Map(
    assignment.flatMap(({ topicId, topicName, partitions }) =>
      partitions.map((partition): [Part, OwnedPartition] => {
        const key = { topicId, partition };
        return [partOf(key), { topic: topicName, key, position: undefined, committed: 0 }];
      }),
    ),
  );
}
