import type { Authorizer } from '../cluster/acls/authorizer.ts';
import type { Topic, TopicRegistry } from '../cluster/types.ts';
import { KafkaError } from '../kafka/errors.ts';
import { forEachBounded } from '../storage/for-each-bounded.ts';
import { type Catalog, wantedBy } from './catalog.ts';
import type { Subscription } from './group.ts';
import { fromPatternKey, type PatternKey } from './pattern-key.ts';
import { matchingTopics } from './topic-pattern.ts';

const LOOKS_IN_FLIGHT_MAX = 16;
/** From so many names on, one look at all topics is cheaper than a look at each. */
const LOOKS_MAX = 32;

/**
 * Looks for the topics that subscriptions lead to. Patterns, or many names, take a look at all topics; few names
 * one at each.
 * @param authorizer Lets patterns lead to topics only that their principal may DESCRIBE (KIP-848).
 * @throws KafkaError of the registry, and of the authorizer.
 */
export async function loadCatalog(
  topics: TopicRegistry,
  subscriptions: Iterable<Subscription>,
  authorizer?: Authorizer,
): Promise<Catalog> {
  const { topicNames, patterns } = wantedBy(subscriptions);
  const looksAtAll = patterns.size > 0 || topicNames.size > LOOKS_MAX;
  const found = looksAtAll ? await topics.list() : await getAll(topics, topicNames);
  const byName = new Map(found.map((topic) => [topic.name, topic]));
  const matches = new Map<PatternKey, ReadonlySet<string>>();
  const wanted = new Set(topicNames);
  const matching = new Map<string, readonly string[]>();
  for (const key of patterns) {
    const { pattern, principal } = fromPatternKey(key);
    const all = matching.get(pattern) ?? (await matchingTopics(pattern, byName.keys()));
    matching.set(pattern, all);
    const names = authorizer === undefined ? all : await describedTopics(authorizer, principal, all);
    matches.set(key, new Set(names.flatMap((name) => byName.get(name)?.id ?? [])));
    for (const name of names) wanted.add(name);
  }
  const existing = found.filter(({ name }) => wanted.has(name));
  return {
    topics: new Map(existing.map(({ id, name, partitionCount }) => [id, { name, partitionCount }])),
    matches,
  };
}

/** Those that a principal may DESCRIBE. Who subscribed before anybody asked who it was is led to none. */
async function describedTopics(
  authorizer: Authorizer,
  principal: string | undefined,
  names: readonly string[],
): Promise<readonly string[]> {
  if (principal === undefined) return [];
  const decisions = await authorizer.authorize(
    principal,
    names.map((resourceName) => ({ operation: 'DESCRIBE', resourceType: 'TOPIC', resourceName })),
  );
  return names.filter((_, index) => decisions[index] === true);
}

/** Those that exist. */
async function getAll(topics: TopicRegistry, names: ReadonlySet<string>): Promise<Topic[]> {
  const found: Topic[] = [];
  await forEachBounded(Array.from(names), LOOKS_IN_FLIGHT_MAX, async (name) => {
    try {
      // What is cached may be of a topic that was deleted since, and a group must not go back to that.
      topics.invalidate(name);
      found.push(await topics.get(name));
    } catch (error) {
      if (!(error instanceof KafkaError) || error.error !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
    }
  });
  return found;
}
