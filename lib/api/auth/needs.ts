import {
  type AclOperation,
  type Action,
  CLUSTER_NAME,
  type ResourceType,
} from '../../cluster/acls/authorizer.ts';

/** An operation that a route's caller must be allowed on a resource that its path names, or on the cluster. */
export interface Need {
  readonly operation: AclOperation;
  readonly resourceType: ResourceType;
  /** The parameter of the path that names the resource; absent for the cluster. */
  readonly parameter?: string;
}

/** What a route asks of its caller. */
export interface Needs {
  /** All of them, before the handler is called. */
  readonly path?: readonly Need[];
  /** What the handler itself demands of names in the body or in what it finds, in words; for the documentation. */
  readonly more?: string;
}

/**
 * What is asked of the caller of a route that does not say: as much as for changing rules. So a route that was forgotten
 * is shut, not open.
 */
export const UNSAID: Needs = { path: [{ operation: 'ALTER', resourceType: 'CLUSTER' }] };

export const onTopic = (operation: AclOperation, parameter = 'topic'): Need => ({
  operation,
  resourceType: 'TOPIC',
  parameter,
});

export const onGroup = (operation: AclOperation, parameter = 'group'): Need => ({
  operation,
  resourceType: 'GROUP',
  parameter,
});

export const onCluster = (operation: AclOperation): Need => ({ operation, resourceType: 'CLUSTER' });

/** What a request wants to do, as far as its path tells. */
export function actionsOf({ path = [] }: Needs, params: Readonly<Record<string, unknown>>): Action[] {
  return path.map(({ operation, resourceType, parameter }) => ({
    operation,
    resourceType,
    resourceName: parameter === undefined ? CLUSTER_NAME : String(params[parameter]),
  }));
}
