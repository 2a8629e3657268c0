import type { GroupTopic, Subscription } from './group.ts';
import { type PatternKey, patternKeyOf } from './pattern-key.ts';

/** The topics that some subscriptions lead to, as they were at one look. */
export interface Catalog {
  /** Each topic that is subscribed to by name or pattern, and that exists. */
  readonly topics: ReadonlyMap<string, GroupTopic>;
  /** Ids of the topics that each pattern leads to. */
  readonly matches: ReadonlyMap<PatternKey, ReadonlySet<string>>;
}

/** All that one has to look for: each topic name, and each pattern of each principal, of the subscriptions once. */
export function wantedBy(subscriptions: Iterable<Subscription>): {
  readonly topicNames: ReadonlySet<string>;
  readonly patterns: ReadonlySet<PatternKey>;
} {
  const topicNames = new Set<string>();
  const patterns = new Set<PatternKey>();
  for (const subscription of subscriptions) {
    for (const name of subscription.topicNames) topicNames.add(name);
    const key = patternKeyOf(subscription);
    if (key !== undefined) patterns.add(key);
  }
  return { topicNames, patterns };
}
