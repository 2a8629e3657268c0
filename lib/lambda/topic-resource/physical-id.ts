import type { Topic } from '../../cluster/types.ts';

/**
 * What CloudFormation knows a topic by: whether the stack made it or found it there, its name, and its id. With another
 * id CloudFormation deletes the resource that had the former one, so what is deleted is told by it alone.
 */
export interface PhysicalTopic {
  readonly origin: 'created' | 'adopted';
  readonly name: string;
  readonly topicId: string;
}

/** Of a resource that never came to be. */
export const NO_TOPIC = 'none';

export const physicalId = (origin: PhysicalTopic['origin'], { name, id }: Topic): string =>
  `${origin}/${name}/${id}`;

/** @returns `undefined` for a resource that never came to be. */
export function parsePhysicalId(id: string | undefined): PhysicalTopic | undefined {
  const [origin, name, topicId] = id?.split('/') ?? [];
  if (name === undefined || topicId === undefined) return undefined;
  return origin === 'created' || origin === 'adopted' ? { origin, name, topicId } : undefined;
}
