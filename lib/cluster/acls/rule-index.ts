import { type AclBinding, EVERYBODY, WILDCARD } from './acl-binding.ts';
import type { AclOperation, Action, ResourceType } from './authorizer.ts';

type Operations = Set<AclBinding['operation']>;

/** What the rules on one pattern say of one principal. */
interface Permissions {
  readonly allow: Operations;
  readonly deny: Operations;
}

/** By principal. */
type Pattern = Map<string, Permissions>;

/** The rules about resources of one type, by the names that they give. */
interface RulesOfType {
  readonly literal: Map<string, Pattern>;
  readonly prefixed: Map<string, Pattern>;
  /** How long the prefixes are, each length once: a name is looked up once for each. */
  readonly prefixLengths: Set<number>;
}

/** Rules, laid out so that a decision takes a few look-ups, however many there are. */
export interface RuleIndex {
  readonly size: number;
  readonly types: ReadonlyMap<ResourceType, RulesOfType>;
}

/** An ALLOW of any of these allows the operation, too (Kafka's `AclEntry`, `StandardAuthorizerData`). */
const impliedBy: Readonly<Partial<Record<AclOperation, readonly AclOperation[]>>> = {
  DESCRIBE: ['READ', 'WRITE', 'DELETE', 'ALTER'],
  DESCRIBE_CONFIGS: ['ALTER_CONFIGS'],
};

export function indexRules(rules: readonly AclBinding[]): RuleIndex {
  const types = new Map<ResourceType, RulesOfType>();
  for (const { resourceType, resourceName, patternType, principal, operation, permission } of rules) {
    const ofType = entry(types, resourceType, newRulesOfType);
    if (patternType === 'PREFIXED') ofType.prefixLengths.add(resourceName.length);
    const patterns = patternType === 'PREFIXED' ? ofType.prefixed : ofType.literal;
    const pattern = entry(patterns, resourceName, () => new Map<string, Permissions>());
    const permissions = entry(pattern, principal, newPermissions);
    (permission === 'DENY' ? permissions.deny : permissions.allow).add(operation);
  }
  return { size: rules.length, types };
}

const newRulesOfType = (): RulesOfType => ({
  literal: new Map(),
  prefixed: new Map(),
  prefixLengths: new Set(),
});

const newPermissions = (): Permissions => ({ allow: new Set(), deny: new Set() });

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/**
 * Whether the rules allow an action: everything, while there is no rule at all; else what a rule allows, by itself or by
 * what it implies, and none denies. A DENY implies nothing: who may not READ may still DESCRIBE, if that is allowed.
 */
export function decide(
  rules: RuleIndex,
  principal: string,
  { operation, resourceType, resourceName }: Action,
): boolean {
  if (rules.size === 0) return true;
  const sufficient: readonly AclBinding['operation'][] = ['ALL', operation, ...(impliedBy[operation] ?? [])];
  let isAllowed = false;
  for (const pattern of patternsOf(rules.types.get(resourceType), resourceName)) {
    for (const { allow, deny } of permissionsOf(pattern, principal)) {
      if (deny.has('ALL') || deny.has(operation)) return false;
      isAllowed ||= sufficient.some((each) => allow.has(each));
    }
  }
  return isAllowed;
}

/** Those that are about a resource: its name, `*`, and prefixes of it. */
function patternsOf(ofType: RulesOfType | undefined, name: string): Pattern[] {
  if (ofType === undefined) return [];
  const { literal, prefixed, prefixLengths } = ofType;
  const prefixes = Array.from(prefixLengths)
    .filter((length) => length <= name.length)
    .map((length) => prefixed.get(name.slice(0, length)));
  return [literal.get(name), literal.get(WILDCARD), ...prefixes].filter((each) => each !== undefined);
}

const permissionsOf = (pattern: Pattern, principal: string): Permissions[] =>
  [pattern.get(principal), pattern.get(EVERYBODY)].filter((each) => each !== undefined);

/**
 * Whether the rules allow an operation on any resource of a type, be it there or not: on one that a rule allows, and that
 * is not denied as a whole, by its name, by `*` or by a prefix that stands before it (KIP-679).
 */
export function decideByType(
  rules: RuleIndex,
  principal: string,
  operation: AclOperation,
  resourceType: ResourceType,
): boolean {
  if (rules.size === 0) return true;
  const ofType = rules.types.get(resourceType);
  if (ofType === undefined) return false;
  const { literal, prefixed } = ofType;
  const says = (pattern: Pattern | undefined, permission: keyof Permissions): boolean =>
    pattern !== undefined &&
    permissionsOf(pattern, principal).some(
      ({ [permission]: operations }) => operations.has('ALL') || operations.has(operation),
    );
  if (says(literal.get(WILDCARD), 'deny')) return false;
  if (says(literal.get(WILDCARD), 'allow')) return true;
  const isDeniedAbove = (name: string): boolean =>
    Array.from(ofType.prefixLengths).some(
      (length) => length <= name.length && says(prefixed.get(name.slice(0, length)), 'deny'),
    );
  const isAllowedIn = (patterns: ReadonlyMap<string, Pattern>): boolean =>
    patterns
      .entries()
      .some(([name, pattern]) => says(pattern, 'allow') && !says(pattern, 'deny') && !isDeniedAbove(name));
  return isAllowedIn(literal) || isAllowedIn(prefixed);
}
