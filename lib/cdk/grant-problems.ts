import type { Authentication } from './authentication.ts';
import { whyNotGrantedGroup, whyNotTopicName } from './names.ts';
import type { EndpointType } from './rivulet-props.ts';

/**
 * What AWS can permit: only who signs requests (IAM) is known to it.
 *
 * @param method the one that was called.
 * @returns what is wrong, and what to do instead: a sentence each.
 */
export function authenticationProblems(method: string, authentication: Authentication): string[] {
  if (authentication === 'iam') return [];
  const what = authentication === 'api-keys' ? 'API keys' : 'tokens';
  return [
    `${method} is for authentication 'iam': requests here carry ${what}, and AWS does not know whose they are. ` +
      'Permit their principals by ACLs (rivulet acls), or name them in superUsers.',
  ];
}

/** A web function is permitted as a whole. */
export function endpointProblems(method: string, endpoint: EndpointType): string[] {
  if (endpoint === 'http-api') return [];
  return [
    `${method} is for endpoint 'http-api': AWS permits a web function as a whole. Use grantInvoke, which permits everything.`,
  ];
}

export function nameProblems(topic: string | undefined, group?: string): string[] {
  const noTopic = topic === undefined ? undefined : whyNotTopicName(topic);
  const noGroup = group === undefined || group === '*' ? undefined : whyNotGrantedGroup(group);
  return [
    ...(noTopic === undefined ? [] : [`The topic '${topic}' cannot be granted: ${noTopic}.`]),
    ...(noGroup === undefined ? [] : [`The group '${group}' cannot be granted: ${noGroup}.`]),
  ];
}
