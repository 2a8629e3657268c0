import { Token } from 'aws-cdk-lib';

/** Kafka's rule, as lib/kafka/topic-name.ts has it. */
const TOPIC_NAME = /^[A-Za-z0-9._-]{1,249}$/;

/** @returns why Kafka has no topic of this name, or `undefined`. */
export function whyNotTopicName(name: string): string | undefined {
  if (Token.isUnresolved(name)) return 'it is known only when the stack is deployed; write it out';
  if (name === '.' || name === '..') return "it cannot be '.' or '..'";
  if (TOPIC_NAME.test(name)) return undefined;
  return 'it has to be 1 to 249 letters, digits, dots, underscores and hyphens';
}

/**
 * @returns why a group of this name cannot stand in a policy, or `undefined`. Groups may have other names as well, but
 *   `*`, `?` and `$` would mean something else there, and API Gateway looks at paths as they are escaped.
 */
export function whyNotGrantedGroup(name: string): string | undefined {
  if (Token.isUnresolved(name)) return 'it is known only when the stack is deployed; write it out';
  if (/^[A-Za-z0-9._-]{1,255}$/.test(name)) return undefined;
  return 'a policy can name groups of 1 to 255 letters, digits, dots, underscores and hyphens; use ACLs for others';
}
