import { expect, test } from 'vitest';
import { type AclFilter, isMeantBy } from '../../../lib/cluster/acls/acl-filter.ts';
import { acl, type Rule } from './acl.ts';

const rules: readonly Rule[] = [
  'User:alice ALLOW READ TOPIC quakes',
  'User:alice ALLOW READ TOPIC qu…',
  'User:alice ALLOW READ TOPIC *',
  'User:bob DENY WRITE TOPIC quakes-2',
  'User:* ALLOW ALL GROUP quakes',
];

test.each<[string, AclFilter, readonly number[]]>([
  ['nothing named: all of them', {}, [0, 1, 2, 3, 4]],
  ['a type', { resourceType: 'GROUP' }, [4]],
  ['a name, of any pattern', { resourceName: 'quakes' }, [0, 4]],
  ['a literal name', { resourceType: 'TOPIC', resourceName: 'quakes', patternType: 'LITERAL' }, [0]],
  ['a prefix by its own name', { resourceName: 'qu', patternType: 'PREFIXED' }, [1]],
  ['a prefix by a longer name', { resourceName: 'quakes', patternType: 'PREFIXED' }, []],
  ['all prefixes', { patternType: 'PREFIXED' }, [1]],
  [
    'all that match a name',
    { resourceType: 'TOPIC', resourceName: 'quakes', patternType: 'MATCH' },
    [0, 1, 2],
  ],
  [
    'all that match another name',
    { resourceType: 'TOPIC', resourceName: 'other', patternType: 'MATCH' },
    [2],
  ],
  ['a match without a name: all of them', { patternType: 'MATCH' }, [0, 1, 2, 3, 4]],
  ['the star by its own name only', { resourceName: '*' }, [2]],
  ['a principal, and not everybody', { principal: 'User:alice' }, [0, 1, 2]],
  ['everybody by his own name', { principal: 'User:*' }, [4]],
  ['an operation, and not ALL', { operation: 'WRITE' }, [3]],
  ['ALL itself', { operation: 'ALL' }, [4]],
  ['a permission', { permission: 'DENY' }, [3]],
  ['every host', { host: '*' }, [0, 1, 2, 3, 4]],
  ['another host', { host: '192.0.2.1' }, []],
])('%s', (_, filter, meant) => {
  expect(rules.flatMap((rule, index) => (isMeantBy(filter, acl(rule)) ? [index] : []))).toEqual(meant);
});
