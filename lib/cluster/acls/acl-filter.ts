import { type AclBinding, type PatternType, type Permission, WILDCARD } from './acl-binding.ts';
import type { ResourceType } from './authorizer.ts';

/**
 * Which rules are meant: Kafka's AclBindingFilter. What is absent matches whatever stands there (Kafka's ANY, and its
 * null).
 */
export interface AclFilter {
  readonly resourceType?: ResourceType | undefined;
  readonly resourceName?: string | undefined;
  /** MATCH: every rule that is about the named resource, be it by its own name, by a prefix of it, or by `*`. */
  readonly patternType?: PatternType | 'MATCH' | undefined;
  readonly principal?: string | undefined;
  readonly host?: string | undefined;
  readonly operation?: AclBinding['operation'] | undefined;
  readonly permission?: Permission | undefined;
}

const isAbsentOr = (wanted: string | undefined, value: string): boolean =>
  wanted === undefined || wanted === value;

/** Whether a rule is meant by a filter. */
export function isMeantBy(filter: AclFilter, acl: AclBinding): boolean {
  return (
    isAbsentOr(filter.resourceType, acl.resourceType) &&
    isPatternMeant(filter, acl) &&
    isAbsentOr(filter.principal, acl.principal) &&
    isAbsentOr(filter.host, acl.host) &&
    isAbsentOr(filter.operation, acl.operation) &&
    isAbsentOr(filter.permission, acl.permission)
  );
}

/** Kafka's ResourcePatternFilter (KIP-290). */
function isPatternMeant(
  { resourceName: name, patternType: wanted }: AclFilter,
  { resourceName, patternType }: AclBinding,
): boolean {
  if (wanted !== 'MATCH') return isAbsentOr(wanted, patternType) && isAbsentOr(name, resourceName);
  if (name === undefined) return true;
  if (patternType === 'PREFIXED') return name.startsWith(resourceName);
  return name === resourceName || resourceName === WILDCARD;
}
