import type { Topic, TopicRegistry } from '../../cluster/types.ts';
import { KafkaError, type KafkaErrorName } from '../../kafka/errors.ts';
import { NO_TOPIC, parsePhysicalId, physicalId } from './physical-id.ts';
import { parseProperties, type TopicProperties, type TopicRequest } from './topic-request.ts';

/**
 * Does what a request of CloudFormation asks for. Each can come again, after an answer that was lost.
 *
 * @returns the physical id.
 * @throws KafkaError: INVALID_PARTITIONS for fewer than there are; as TopicRegistry; StoreErrors.
 */
export async function putTopic(topics: TopicRegistry, request: TopicRequest): Promise<string> {
  if (request.RequestType === 'Delete') return deleteTopic(topics, request);
  const wanted = parseProperties(request);
  const standing = await find(topics, wanted.TopicName);
  if (standing !== undefined) {
    const altered = await alter(topics, standing, wanted);
    const isOwn = parsePhysicalId(request.PhysicalResourceId)?.topicId === altered.id;
    return isOwn && request.PhysicalResourceId !== undefined
      ? request.PhysicalResourceId
      : physicalId('adopted', altered);
  }
  try {
    return physicalId('created', await create(topics, wanted));
  } catch (error) {
    if (!isKafkaError(error, 'TOPIC_ALREADY_EXISTS')) throw error;
    // Somebody else made it meanwhile.
    return physicalId('adopted', await alter(topics, await topics.get(wanted.TopicName), wanted));
  }
}

function create(topics: TopicRegistry, { TopicName, Partitions, Configs }: TopicProperties): Promise<Topic> {
  return topics.create({
    name: TopicName,
    ...(Partitions !== undefined && { partitionCount: Partitions }),
    ...(Configs && { configs: Configs }),
  });
}

async function alter(
  topics: TopicRegistry,
  standing: Topic,
  { Partitions = standing.partitionCount, Configs }: TopicProperties,
): Promise<Topic> {
  const { name, partitionCount } = standing;
  if (Partitions < partitionCount) {
    throw new KafkaError(
      'INVALID_PARTITIONS',
      `The topic ${name} has ${partitionCount} partitions, and partitions cannot be taken away: ` +
        `ask for ${partitionCount} or more, not for ${Partitions}.`,
    );
  }
  if (Partitions > partitionCount) await topics.addPartitions(name, Partitions);
  if (Configs !== undefined && !isSame(Configs, standing.overrides)) await topics.alterConfigs(name, Configs);
  return standing;
}

/** Only what the stack made, and only if it is still the same topic. */
async function deleteTopic(topics: TopicRegistry, request: TopicRequest): Promise<string> {
  const id = request.PhysicalResourceId ?? NO_TOPIC;
  const known = parsePhysicalId(id);
  // Properties are not looked at before: those of a resource that never came to be may be what was wrong with it.
  if (known?.origin !== 'created' || !parseProperties(request).DeletesTopic) return id;
  const standing = await find(topics, known.name);
  if (standing?.id !== known.topicId) return id;
  try {
    await topics.delete(known.name);
  } catch (error) {
    if (!isKafkaError(error, 'UNKNOWN_TOPIC_OR_PARTITION')) throw error;
  }
  return id;
}

async function find(topics: TopicRegistry, name: string): Promise<Topic | undefined> {
  topics.invalidate(name);
  try {
    return await topics.get(name);
  } catch (error) {
    if (isKafkaError(error, 'UNKNOWN_TOPIC_OR_PARTITION')) return undefined;
    throw error;
  }
}

const isKafkaError = (error: unknown, name: KafkaErrorName): boolean =>
  error instanceof KafkaError && error.error === name;

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
