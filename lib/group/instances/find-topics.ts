import type { Topic, TopicRegistry } from '../../cluster/types.ts';
import { KafkaError } from '../../kafka/errors.ts';
import { forEachBounded } from '../../storage/for-each-bounded.ts';
import { LOOKS_IN_FLIGHT_MAX } from './deps.ts';
import type { Held } from './instance.ts';

/** What names of topics mean now; those of topics that are gone are left out. */
export async function findTopics(
  topics: TopicRegistry,
  names: Iterable<string>,
): Promise<ReadonlyMap<string, Topic>> {
  const found = new Map<string, Topic>();
  await forEachBounded(new Set(names), LOOKS_IN_FLIGHT_MAX, async (name) => {
    try {
      found.set(name, await topics.get(name));
    } catch (error) {
      if (!(error instanceof KafkaError) || error.error !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
    }
  });
  return found;
}

/**
 * Those whose topic is still the one that they are of, by its name: offsets are committed and asked for by name. What is
 * cached may be older than what the group knows, so where it does not fit, it is looked at again.
 */
export async function stillThere(topics: TopicRegistry, all: readonly Held[]): Promise<Held[]> {
  const names = all.map(({ topic }) => topic);
  const look = async (): Promise<Held[]> => {
    const found = await findTopics(topics, names);
    return all.filter(({ topic: name, topicId, partition }) => {
      const topic = found.get(name);
      return topic?.id === topicId && partition < topic.partitionCount;
    });
  };
  const there = await look();
  if (there.length === all.length) return there;
  for (const name of names) topics.invalidate(name);
  return look();
}
