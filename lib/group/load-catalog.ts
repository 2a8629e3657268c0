import type { Topic, TopicRegistry } from '../cluster/types.ts';
import { KafkaError } from '../kafka/errors.ts';
import { forEachBounded } from '../storage/for-each-bounded.ts';
import { type Catalog, wantedBy } from './catalog.ts';
import type { Subscription } from './group.ts';
import { matchingTopics } from './topic-pattern.ts';

const LOOKS_IN_FLIGHT_MAX = 16;
/** From so many names on, one look at all topics is cheaper than a look at each. */
const LOOKS_MAX = 32;

/**
 * Looks for the topics that subscriptions lead to. Patterns, or many names, take a look at all topics; few names
 * one at each.
 * @throws KafkaError of the registry.
 */
export async function loadCatalog(
  topics: TopicRegistry,
  subscriptions: Iterable<Subscription>,
): Promise<Catalog> {
  const { topicNames, patterns } = wantedBy(subscriptions);
  const looksAtAll = patterns.size > 0 || topicNames.size > LOOKS_MAX;
  const found = looksAtAll ? await topics.list() : await getAll(topics, topicNames);
  const byName = new Map(found.map((topic) => [topic.name, topic]));
  const matches = new Map<string, ReadonlySet<string>>();
  const wanted = new Set(topicNames);
  for (const pattern of patterns) {
    const names = await matchingTopics(pattern, byName.keys());
    matches.set(pattern, new Set(names.flatMap((name) => byName.get(name)?.id ?? [])));
    for (const name of names) wanted.add(name);
  }
  const existing = found.filter(({ name }) => wanted.has(name));
  return {
    topics: new Map(existing.map(({ id, name, partitionCount }) => [id, { name, partitionCount }])),
    matches,
  };
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
