import { range } from './range.ts';
import { uniform } from './uniform.ts';

/** By the name that a client asks for it with, its `group.remote.assignor`. */
export const assignors = { uniform, range } as const;

export type AssignorName = keyof typeof assignors;

/** First in Kafka's `group.consumer.assignors`. */
export const DEFAULT_ASSIGNOR: AssignorName = 'uniform';

/**
 * The assignor that most members of a group ask for; the default where nobody asks for one, or as many for each.
 * Kafka lets the order of a hash table decide between those.
 */
export function preferredAssignor(names: Iterable<AssignorName | undefined>): AssignorName {
  const votes = { uniform: 0, range: 0 };
  for (const name of names) if (name !== undefined) votes[name] += 1;
  return votes.range > votes.uniform ? 'range' : DEFAULT_ASSIGNOR;
}
