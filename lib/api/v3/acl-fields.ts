import * as z from 'zod';
import type { AclFilter } from '../../cluster/acls/acl-filter.ts';

/** In any case, as with Confluent's proxy. */
const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z
    .string()
    .toUpperCase()
    .pipe(z.enum(values, `has to be one of ${values.join(', ')}`));

const resourceTypes = ['ANY', 'TOPIC', 'GROUP', 'CLUSTER'] as const;
const patternTypes = ['ANY', 'MATCH', 'LITERAL', 'PREFIXED'] as const;
const operations = [
  'ANY',
  'ALL',
  'READ',
  'WRITE',
  'CREATE',
  'DELETE',
  'ALTER',
  'DESCRIBE',
  'DESCRIBE_CONFIGS',
  'ALTER_CONFIGS',
  'CLUSTER_ACTION',
  'IDEMPOTENT_WRITE',
] as const;
const permissions = ['ANY', 'ALLOW', 'DENY'] as const;

const required = {
  resource_type: oneOf(resourceTypes).describe(
    `${resourceTypes.join(', ')}. There are no rules about TRANSACTIONAL_ID.`,
  ),
  resource_name: z.string().optional().describe('Any, when absent or empty.'),
  pattern_type: oneOf(patternTypes).describe(
    'MATCH: all rules about the named resource, those by prefix and by * included.',
  ),
  principal: z.string().optional().describe('User: and a name. Any, when absent or empty.'),
  host: z.string().optional().describe('All rules have *.'),
  operation: oneOf(operations).describe(operations.join(', ')),
  permission: oneOf(permissions).describe(permissions.join(', ')),
};

/** Which rules are to be removed: nobody shall remove all of them for having named none. */
export const deletionQuery = z.strictObject(required);

/** Which rules are to be shown. */
export const searchQuery = z.strictObject({
  ...required,
  resource_type: required.resource_type.default('ANY'),
  pattern_type: required.pattern_type.default('ANY'),
  operation: required.operation.default('ANY'),
  permission: required.permission.default('ANY'),
});

export type AclQuery = z.output<typeof deletionQuery>;

const named = <Value extends string>(value: Value): Exclude<Value, 'ANY'> | undefined =>
  value === 'ANY' ? undefined : (value as Exclude<Value, 'ANY'>);

const orAbsent = (text = ''): string | undefined => (text === '' ? undefined : text);

export function filterOf(query: AclQuery): AclFilter {
  return {
    resourceType: named(query.resource_type),
    resourceName: orAbsent(query.resource_name),
    patternType: named(query.pattern_type),
    principal: orAbsent(query.principal),
    host: orAbsent(query.host),
    operation: named(query.operation),
    permission: named(query.permission),
  };
}
