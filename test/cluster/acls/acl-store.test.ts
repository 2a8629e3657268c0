import { describe, expect, test } from 'vitest';
import { type AclBinding, asAclBinding, type GivenAcl } from '../../../lib/cluster/acls/acl-binding.ts';
import { CREATED_MAX, RULES_MAX, StoredAcls } from '../../../lib/cluster/acls/acl-store.ts';
import { ACLS_PK } from '../../../lib/storage/keys.ts';
import { openStore } from '../stores.ts';
import { acl, type Rule } from './acl.ts';

const given = (change: Partial<GivenAcl> = {}): GivenAcl => ({
  resourceType: 'TOPIC',
  resourceName: 'quakes',
  patternType: 'LITERAL',
  principal: 'User:alice',
  host: '*',
  operation: 'READ',
  permission: 'ALLOW',
  ...change,
});

describe('a rule', () => {
  test.each<[string, Partial<GivenAcl>, string]>([
    ['about transactions', { resourceType: 'TRANSACTIONAL_ID' }, 'There are no transactions here'],
    ['about anything else', { resourceType: 'DELEGATION_TOKEN' }, 'TOPIC, GROUP or CLUSTER'],
    ['about another cluster', { resourceType: 'CLUSTER' }, 'kafka-cluster'],
    ['without a name', { resourceName: '' }, '1 to 255 characters'],
    ['with a long name', { resourceName: 'a'.repeat(256) }, '1 to 255 characters'],
    ['with a name that is no text', { resourceName: '\ud800' }, 'well-formed'],
    ['by any pattern', { patternType: 'MATCH' }, 'LITERAL or PREFIXED, not MATCH'],
    ['for a group of people', { principal: 'Group:admins' }, 'User: and a name'],
    ['for nobody', { principal: 'User:' }, 'User: and a name'],
    ['for a long name', { principal: `User:${'a'.repeat(513)}` }, 'longer than 512 bytes'],
    ['from one host', { host: '192.0.2.1' }, 'host of a rule is *, not 192.0.2.1'],
    ['of any operation', { operation: 'ANY' }, 'There is no operation ANY on a TOPIC'],
    [
      'of an operation on something else',
      { resourceType: 'GROUP', operation: 'WRITE' },
      'no operation WRITE on a GROUP',
    ],
    ['that may or may not', { permission: 'ANY' }, 'ALLOW or DENY'],
  ])('%s is refused by name', (_, change, message) => {
    expect(() => asAclBinding(given(change))).toThrow(
      expect.objectContaining({ error: 'INVALID_REQUEST', message: expect.stringContaining(message) }),
    );
  });
});

const RULES: readonly Rule[] = [
  'User:root ALLOW ALTER CLUSTER kafka-cluster',
  'User:* DENY ALL GROUP alerts',
  'User:arn:aws:iam::123456789012:role/reader ALLOW READ TOPIC *',
  'User:alice ALLOW ALL TOPIC quakes',
  'User:alice ALLOW READ TOPIC quakes…',
];

describe('the rules of a cluster', () => {
  test('are listed in their order, by every process, as they were made', async () => {
    const store = await openStore();
    await new StoredAcls(store).create(RULES.toReversed().map(acl));
    expect(await new StoredAcls(store).list({})).toEqual(RULES.map(acl));
  });

  test('are made once, however often they are made', async () => {
    const acls = new StoredAcls(await openStore());
    const all = RULES.map(acl);
    await acls.create([...all, ...all]);
    await acls.create(all);
    expect(await acls.list({})).toHaveLength(RULES.length);
  });

  test('differ in any of their fields', async () => {
    const acls = new StoredAcls(await openStore());
    const all = [
      given(),
      given({ resourceType: 'GROUP' }),
      given({ resourceName: 'quakes-2' }),
      given({ patternType: 'PREFIXED' }),
      given({ principal: 'User:bob' }),
      given({ operation: 'WRITE' }),
      given({ permission: 'DENY' }),
    ].map(asAclBinding);
    await acls.create(all);
    expect(await acls.list({})).toHaveLength(all.length);
  });

  test('are removed by filters, each once, and what was removed is told', async () => {
    const acls = new StoredAcls(await openStore());
    await acls.create(RULES.map(acl));
    const removed = await acls.delete([
      { resourceType: 'TOPIC', resourceName: 'quakes', patternType: 'MATCH' },
      { principal: 'User:alice' },
    ]);
    expect(removed).toEqual(RULES.slice(2).map(acl));
    expect(await acls.list({})).toEqual(RULES.slice(0, 2).map(acl));
    expect(await acls.delete([{ principal: 'User:alice' }])).toEqual([]);
  });

  test('can be hundreds, and all be removed', async () => {
    const acls = new StoredAcls(await openStore());
    const all = Array.from({ length: 250 }, (_, at) => asAclBinding(given({ resourceName: `topic-${at}` })));
    for (let at = 0; at < all.length; at += CREATED_MAX) await acls.create(all.slice(at, at + CREATED_MAX));
    expect(await acls.list({})).toHaveLength(250);
    expect(await acls.delete([{}])).toHaveLength(250);
    expect(await acls.list({})).toEqual([]);
  });

  test('are refused above what one request, and what a cluster may have', async () => {
    const acls = new StoredAcls(await openStore());
    const many = (from: number, count: number): AclBinding[] =>
      Array.from({ length: count }, (_, at) => asAclBinding(given({ resourceName: `topic-${from + at}` })));
    await expect(acls.create(many(0, CREATED_MAX + 1))).rejects.toMatchObject({ error: 'INVALID_REQUEST' });
    for (let at = 0; at < RULES_MAX; at += CREATED_MAX) await acls.create(many(at, CREATED_MAX));
    await expect(acls.create(many(RULES_MAX, 1))).rejects.toMatchObject({ error: 'POLICY_VIOLATION' });
    await acls.create(many(0, CREATED_MAX));
    expect(await acls.list({})).toHaveLength(RULES_MAX);
  });

  test('that nobody can read are an error, and not none', async () => {
    const store = await openStore();
    const acls = new StoredAcls(store);
    await acls.create([acl('User:alice DENY ALL TOPIC quakes')]);
    const [item] = await store.query({ pk: ACLS_PK, limit: 1, direction: 'forward' });
    const key = { pk: ACLS_PK, sk: item?.key.sk ?? '' };
    const attributes = { ...item?.attributes, operation: 'FLY' };
    await store.write([{ kind: 'put', key, attributes, condition: 'none' }]);
    await expect(acls.list({})).rejects.toThrow('There is no operation FLY');
  });
});
