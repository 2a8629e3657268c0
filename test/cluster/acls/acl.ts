import { type AclBinding, asAclBinding } from '../../../lib/cluster/acls/acl-binding.ts';

/** Principal, permission, operation, resource type and name, as a line; a name that ends in `…` is a prefix. */
export type Rule = `User:${string} ${'ALLOW' | 'DENY'} ${string} ${'TOPIC' | 'GROUP' | 'CLUSTER'} ${string}`;

/** A rule as a test writes it: `User:alice ALLOW READ TOPIC quakes`, `User:* DENY WRITE TOPIC audit-…`. */
export function acl(rule: Rule): AclBinding {
  const [principal = '', permission = '', operation = '', resourceType = '', name = ''] = rule.split(' ');
  const isPrefix = name.endsWith('…');
  return asAclBinding({
    principal,
    permission,
    operation,
    resourceType,
    resourceName: isPrefix ? name.slice(0, -1) : name,
    patternType: isPrefix ? 'PREFIXED' : 'LITERAL',
    host: '*',
  });
}
