import { KafkaError } from './errors.ts';

const NAME_LENGTH_MAX = 249;
const LEGAL = /^[a-zA-Z0-9._-]+$/;

function illegality(name: string): string | undefined {
  if (name === '') return "the topic's name is empty";
  if (name === '.' || name === '..') return `a topic cannot be named '${name}'`;
  if (name.length > NAME_LENGTH_MAX) {
    return `the topic's name has ${name.length} characters: at most ${NAME_LENGTH_MAX} are allowed`;
  }
  if (!LEGAL.test(name)) return "the topic's name may hold only ASCII letters, digits, '.', '_' and '-'";
  return undefined;
}

/** Whether Kafka would take `name` (`Topic.validate`). */
export function isTopicName(name: string): boolean {
  return illegality(name) === undefined;
}

/** @throws KafkaError INVALID_TOPIC_EXCEPTION, saying what is wrong, unless {@link isTopicName}. */
export function validateTopicName(name: string): void {
  const message = illegality(name);
  if (message !== undefined) throw new KafkaError('INVALID_TOPIC_EXCEPTION', message);
}

const withoutDots = (name: string): string => name.replaceAll('.', '_');

/**
 * Whether two topics cannot live side by side, because metrics turn '.' into '_' (`Topic.hasCollision`). A name
 * collides with itself.
 */
export function collides(a: string, b: string): boolean {
  return withoutDots(a) === withoutDots(b);
}
