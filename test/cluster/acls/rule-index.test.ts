import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AclBinding } from '../../../lib/cluster/acls/acl-binding.ts';
import type { AclOperation, Action } from '../../../lib/cluster/acls/authorizer.ts';
import { decide, decideByType, indexRules } from '../../../lib/cluster/acls/rule-index.ts';
import { acl, type Rule } from './acl.ts';

const may = (rules: readonly Rule[], principal: string, operation: AclOperation, resourceName: string) =>
  decide(indexRules(rules.map(acl)), principal, { operation, resourceType: 'TOPIC', resourceName });

const mayAny = (rules: readonly Rule[], operation: AclOperation) =>
  decideByType(indexRules(rules.map(acl)), 'User:alice', operation, 'TOPIC');

describe('what rules allow', () => {
  test('is everything while there are none, and nothing that no rule names from the first one on', () => {
    expect(may([], 'User:alice', 'READ', 'quakes')).toBe(true);
    expect(may(['User:bob ALLOW READ GROUP alerts'], 'User:alice', 'READ', 'quakes')).toBe(false);
    expect(may(['User:bob DENY READ TOPIC quakes'], 'User:alice', 'READ', 'quakes')).toBe(false);
  });

  test.each<[string, Rule, string, AclOperation, string, boolean]>([
    ['the name itself', 'User:alice ALLOW READ TOPIC quakes', 'User:alice', 'READ', 'quakes', true],
    ['another name', 'User:alice ALLOW READ TOPIC quakes', 'User:alice', 'READ', 'quakes-2', false],
    ['another operation', 'User:alice ALLOW READ TOPIC quakes', 'User:alice', 'WRITE', 'quakes', false],
    ['another principal', 'User:alice ALLOW READ TOPIC quakes', 'User:bob', 'READ', 'quakes', false],
    [
      'a name that differs in case',
      'User:alice ALLOW READ TOPIC quakes',
      'User:Alice',
      'READ',
      'quakes',
      false,
    ],
    ['a prefix', 'User:alice ALLOW READ TOPIC qu…', 'User:alice', 'READ', 'quakes', true],
    [
      'a prefix that is the whole name',
      'User:alice ALLOW READ TOPIC quakes…',
      'User:alice',
      'READ',
      'quakes',
      true,
    ],
    [
      'a prefix longer than the name',
      'User:alice ALLOW READ TOPIC quakes-…',
      'User:alice',
      'READ',
      'quakes',
      false,
    ],
    [
      'a literal that begins the name',
      'User:alice ALLOW READ TOPIC qu',
      'User:alice',
      'READ',
      'quakes',
      false,
    ],
    ['every name', 'User:alice ALLOW READ TOPIC *', 'User:alice', 'READ', 'quakes', true],
    ['a prefix that is a star', 'User:alice ALLOW READ TOPIC *…', 'User:alice', 'READ', 'quakes', false],
    ['everybody', 'User:* ALLOW READ TOPIC quakes', 'User:alice', 'READ', 'quakes', true],
    ['every operation', 'User:alice ALLOW ALL TOPIC quakes', 'User:alice', 'ALTER_CONFIGS', 'quakes', true],
    [
      'a resource of another type',
      'User:alice ALLOW READ GROUP quakes',
      'User:alice',
      'READ',
      'quakes',
      false,
    ],
    ['DESCRIBE by READ', 'User:alice ALLOW READ TOPIC quakes', 'User:alice', 'DESCRIBE', 'quakes', true],
    ['DESCRIBE by WRITE', 'User:alice ALLOW WRITE TOPIC quakes', 'User:alice', 'DESCRIBE', 'quakes', true],
    ['DESCRIBE by DELETE', 'User:alice ALLOW DELETE TOPIC quakes', 'User:alice', 'DESCRIBE', 'quakes', true],
    ['DESCRIBE by ALTER', 'User:alice ALLOW ALTER TOPIC quakes', 'User:alice', 'DESCRIBE', 'quakes', true],
    [
      'no DESCRIBE by CREATE',
      'User:alice ALLOW CREATE TOPIC quakes',
      'User:alice',
      'DESCRIBE',
      'quakes',
      false,
    ],
    [
      'DESCRIBE_CONFIGS by ALTER_CONFIGS',
      'User:alice ALLOW ALTER_CONFIGS TOPIC quakes',
      'User:alice',
      'DESCRIBE_CONFIGS',
      'quakes',
      true,
    ],
    ['no READ by DESCRIBE', 'User:alice ALLOW DESCRIBE TOPIC quakes', 'User:alice', 'READ', 'quakes', false],
  ])('%s', (_, rule, principal, operation, name, allowed) => {
    expect(may([rule], principal, operation, name)).toBe(allowed);
  });

  test('is what no rule denies, however broad the one and however narrow the other', () => {
    const all = 'User:alice ALLOW ALL TOPIC *';
    expect(may([all, 'User:* DENY WRITE TOPIC audit-…'], 'User:alice', 'WRITE', 'audit-2026')).toBe(false);
    expect(may([all, 'User:* DENY WRITE TOPIC audit-…'], 'User:alice', 'READ', 'audit-2026')).toBe(true);
    expect(may([all, 'User:alice DENY ALL TOPIC *'], 'User:alice', 'READ', 'quakes')).toBe(false);
  });

  test('is not implied by what is denied', () => {
    const rules: Rule[] = ['User:alice ALLOW ALL TOPIC quakes', 'User:alice DENY READ TOPIC quakes'];
    expect(may(rules, 'User:alice', 'READ', 'quakes')).toBe(false);
    expect(may(rules, 'User:alice', 'DESCRIBE', 'quakes')).toBe(true);
  });
});

describe('what rules allow on any topic at all', () => {
  test.each<[string, Rule[], boolean]>([
    ['while there are none', [], true],
    ['with a topic of his own', ['User:alice ALLOW WRITE TOPIC quakes'], true],
    ['with a prefix', ['User:alice ALLOW WRITE TOPIC qu…'], true],
    ['with all operations', ['User:* ALLOW ALL TOPIC *'], true],
    ['with nothing but READ', ['User:alice ALLOW READ TOPIC *'], false],
    ['with what another may', ['User:bob ALLOW WRITE TOPIC quakes'], false],
    [
      'with a topic that is denied',
      ['User:alice ALLOW WRITE TOPIC quakes', 'User:* DENY ALL TOPIC quakes'],
      false,
    ],
    [
      'with a topic below a prefix that is denied',
      ['User:alice ALLOW WRITE TOPIC quakes', 'User:* DENY WRITE TOPIC q…'],
      false,
    ],
    [
      'with a prefix below one that is denied',
      ['User:alice ALLOW WRITE TOPIC qu…', 'User:* DENY WRITE TOPIC q…'],
      false,
    ],
    [
      'with a prefix above one that is denied',
      ['User:alice ALLOW WRITE TOPIC q…', 'User:* DENY WRITE TOPIC qu…'],
      true,
    ],
    [
      'with all topics denied',
      ['User:alice ALLOW WRITE TOPIC quakes', 'User:alice DENY WRITE TOPIC *'],
      false,
    ],
  ])('%s: %j', (_, rules, allowed) => {
    expect(mayAny(rules, 'WRITE')).toBe(allowed);
  });
});

/** Few letters, so that names, prefixes and principals meet. */
const name = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 3 });
const principal = fc.constantFrom('User:a', 'User:b', 'User:*');
const operation = fc.constantFrom<AclOperation[]>(
  'READ',
  'WRITE',
  'DESCRIBE',
  'ALTER_CONFIGS',
  'DESCRIBE_CONFIGS',
  'CREATE',
);
const resourceType = fc.constantFrom<Action['resourceType'][]>('TOPIC', 'GROUP');

const rule: fc.Arbitrary<AclBinding> = fc.record({
  resourceType,
  resourceName: name,
  patternType: fc.constantFrom('LITERAL', 'PREFIXED'),
  principal,
  host: fc.constant('*'),
  operation: fc.oneof(operation, fc.constant<'ALL'>('ALL')),
  permission: fc.constantFrom('ALLOW', 'DENY'),
});

/** Kafka's rules of thumb, one rule after the other. */
function naively(rules: readonly AclBinding[], who: string, action: Action): boolean {
  if (rules.length === 0) return true;
  const implying: Record<string, string[]> = {
    DESCRIBE: ['READ', 'WRITE', 'DELETE', 'ALTER'],
    DESCRIBE_CONFIGS: ['ALTER_CONFIGS'],
  };
  const about = rules.filter(
    (each) =>
      each.resourceType === action.resourceType &&
      (each.principal === who || each.principal === 'User:*') &&
      (each.patternType === 'PREFIXED'
        ? action.resourceName.startsWith(each.resourceName)
        : each.resourceName === '*' || each.resourceName === action.resourceName),
  );
  const isDenied = about.some(
    (each) => each.permission === 'DENY' && ['ALL', action.operation].includes(each.operation),
  );
  const sufficient = ['ALL', action.operation, ...(implying[action.operation] ?? [])];
  return (
    !isDenied && about.some((each) => each.permission === 'ALLOW' && sufficient.includes(each.operation))
  );
}

describe('whatever the rules are', () => {
  const action = fc.record({ operation, resourceType, resourceName: name });

  test('a decision is the one that a look at each of them makes', () => {
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 12 }),
        fc.constantFrom('User:a', 'User:b'),
        action,
        (rules, who, what) => {
          expect(decide(indexRules(rules), who, what)).toBe(naively(rules, who, what));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test('somebody may do something on any resource if there is one, named or new, on which he may', () => {
    // Long enough to lie outside of every rule but those that are prefixes of it.
    const news = [
      'a',
      'b',
      '*',
      'aa',
      'ab',
      'ba',
      'bb',
      'aaa',
      'aab',
      'aba',
      'abb',
      'baa',
      'bab',
      'bba',
      'bbb',
      '',
    ];
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), fc.constantFrom('User:a', 'User:b'), (rules, who) => {
        const names = [
          ...rules.map(({ resourceName }) => resourceName),
          ...rules.map((each) => `${each.resourceName}~new`),
          ...news.map((each) => `${each}~new`),
        ];
        const wanted = { operation: 'CREATE', resourceType: 'TOPIC' } as const;
        const some = names.some((resourceName) => naively(rules, who, { ...wanted, resourceName }));
        expect(decideByType(indexRules(rules), who, 'CREATE', 'TOPIC')).toBe(some);
      }),
      { numRuns: 2_000 },
    );
  });
});
