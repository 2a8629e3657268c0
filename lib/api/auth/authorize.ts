import {
  type AclOperation,
  type Action,
  CLUSTER_NAME,
  type ResourceType,
} from '../../cluster/acls/authorizer.ts';
import { KafkaError, type KafkaErrorName } from '../../kafka/errors.ts';
import type { Api } from '../api.ts';

/** Whose request it is: a call, or what of it decides. */
export interface Asking {
  readonly api: Pick<Api, 'authorizer'>;
  readonly principal: string;
}

export const topicAction = (operation: AclOperation, resourceName: string): Action => ({
  operation,
  resourceType: 'TOPIC',
  resourceName,
});

export const groupAction = (operation: AclOperation, resourceName: string): Action => ({
  operation,
  resourceType: 'GROUP',
  resourceName,
});

export const clusterAction = (operation: AclOperation): Action => ({
  operation,
  resourceType: 'CLUSTER',
  resourceName: CLUSTER_NAME,
});

const errorOf: Readonly<Record<ResourceType, KafkaErrorName>> = {
  TOPIC: 'TOPIC_AUTHORIZATION_FAILED',
  GROUP: 'GROUP_AUTHORIZATION_FAILED',
  CLUSTER: 'CLUSTER_AUTHORIZATION_FAILED',
};

const NAMES_SHOWN_MAX = 10;

/** It names what the request has named, and so tells nobody whether there is such a thing. */
export function notAuthorized(principal: string, refused: readonly Action[]): KafkaError {
  const [first = clusterAction('ALTER')] = refused;
  const { operation, resourceType } = first;
  const alike = refused.filter((each) => each.resourceType === resourceType && each.operation === operation);
  const names = Array.from(new Set(alike.map(({ resourceName }) => resourceName)));
  const shown = names.slice(0, NAMES_SHOWN_MAX).join(', ') + (names.length > NAMES_SHOWN_MAX ? ', …' : '');
  const what = resourceType === 'CLUSTER' ? 'the cluster' : `${resourceType} ${shown}`;
  return new KafkaError(errorOf[resourceType], `${principal} is not authorized to ${operation} ${what}.`);
}

/**
 * Lets a request go on that may do all of this.
 * @throws KafkaError TOPIC_, GROUP_ or CLUSTER_AUTHORIZATION_FAILED; KAFKA_STORAGE_ERROR when the rules cannot be read.
 */
export async function demand(
  { api: { authorizer }, principal }: Asking,
  actions: readonly Action[],
): Promise<void> {
  if (authorizer === undefined || actions.length === 0) return;
  const decisions = await authorizer.authorize(principal, actions);
  const refused = actions.filter((_, index) => decisions[index] !== true);
  if (refused.length > 0) throw notAuthorized(principal, refused);
}

/** The same for one of several. The error is that of the first. @throws as `demand`. */
export async function demandOneOf(asking: Asking, actions: readonly [Action, ...Action[]]): Promise<void> {
  if ((await permitted(asking, actions, (each) => each)).length === 0)
    throw notAuthorized(asking.principal, [actions[0]]);
}

/** Lets a request go on that may do this to every one of the topics that it names. @throws as `demand`. */
export function demandTopics(
  asking: Asking,
  operation: AclOperation,
  named: Iterable<{ readonly topic: string }>,
): Promise<void> {
  const names = new Set(Array.from(named, ({ topic }) => topic));
  return demand(
    asking,
    Array.from(names, (name) => topicAction(operation, name)),
  );
}

/**
 * For topics that the request does not name, and that the caller need not know of: so the error does not name them.
 * Absent where everybody may do everything.
 */
export function mayReadAll(asking: Asking): ((topicNames: readonly string[]) => Promise<void>) | undefined {
  if (asking.api.authorizer === undefined) return undefined;
  return async (topicNames) => {
    const readable = await permitted(asking, topicNames, (name) => topicAction('READ', name));
    if (readable.length === topicNames.length) return;
    throw new KafkaError(
      'TOPIC_AUTHORIZATION_FAILED',
      `${asking.principal} is not authorized to READ every topic that the instance reads.`,
    );
  };
}

/** Those that the caller may do something to, in their order; for lists. @throws KafkaError KAFKA_STORAGE_ERROR. */
export async function permitted<Each>(
  { api: { authorizer }, principal }: Asking,
  all: readonly Each[],
  actionOf: (each: Each) => Action,
): Promise<readonly Each[]> {
  if (authorizer === undefined) return all;
  const decisions = await authorizer.authorize(principal, all.map(actionOf));
  return all.filter((_, index) => decisions[index] === true);
}

/** The topics, or what is of topics, that the caller may DESCRIBE. @throws KafkaError KAFKA_STORAGE_ERROR. */
export const describable = <Each>(
  asking: Asking,
  all: readonly Each[],
  topicOf: (each: Each) => string,
): Promise<readonly Each[]> => permitted(asking, all, (each) => topicAction('DESCRIBE', topicOf(each)));

/** Whether the caller may do this. @throws KafkaError KAFKA_STORAGE_ERROR. */
export async function isPermitted(asking: Asking, action: Action): Promise<boolean> {
  return (await permitted(asking, [action], (each) => each)).length === 1;
}
