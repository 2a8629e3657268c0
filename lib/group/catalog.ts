import type { GroupTopic, Subscription } from './group.ts';

/** The topics that some subscriptions lead to, as they were at one look. */
export interface Catalog {
  /** Each topic that is subscribed to by name or pattern, and that exists. */
  readonly topics: ReadonlyMap<string, GroupTopic>;
  /** Ids of the topics that match, by pattern. */
  readonly matches: ReadonlyMap<string, ReadonlySet<string>>;
}

/** All that one has to look for: each topic name and each pattern of the subscriptions once. */
export function wantedBy(subscriptions: Iterable<Subscription>): {
  readonly topicNames: ReadonlySet<string>;
  readonly patterns: ReadonlySet<string>;
} {
  const topicNames = new Set<string>();
  const patterns = new Set<string>();
  for (const subscription of subscriptions) {
    for (const name of subscription.topicNames) topicNames.add(name);
    if (subscription.pattern !== undefined) patterns.add(subscription.pattern);
  }
  return { topicNames, patterns };
}
