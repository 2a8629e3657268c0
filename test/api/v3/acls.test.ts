import { describe, expect, test } from 'vitest';
import { testBroker } from '../../support/broker.ts';
import { aclBroker, ROOT } from '../auth/acl-broker.ts';
import { ask } from '../groups/group-client.ts';

const ALICE_READS = {
  resource_type: 'TOPIC',
  resource_name: 'quakes',
  pattern_type: 'LITERAL',
  principal: 'User:alice',
  host: '*',
  operation: 'READ',
  permission: 'ALLOW',
};
const BOB_WRITES = {
  ...ALICE_READS,
  resource_name: 'qu',
  pattern_type: 'PREFIXED',
  principal: 'User:bob',
  operation: 'WRITE',
};
const GROUP_DENIED = {
  ...ALICE_READS,
  resource_type: 'GROUP',
  resource_name: 'alerts',
  principal: 'User:*',
  operation: 'ALL',
  permission: 'DENY',
};

interface Acls {
  readonly kind?: string;
  readonly metadata?: { readonly self: string; readonly next: null };
  readonly data: readonly (typeof ALICE_READS & { readonly metadata: { readonly self: string } })[];
}

async function setUp() {
  const { as, broker } = await aclBroker();
  const root = as(ROOT);
  const path = `/v3/clusters/${broker.clusterId}/acls`;
  const list = async (query = '') => (await ask<Acls>(root, 'GET', path + query)).body;
  /** The fields of what a query finds. */
  const found = async (query: string) =>
    (await list(query)).data.map(
      ({ resource_type, resource_name, principal }) => `${principal} ${resource_type} ${resource_name}`,
    );
  return { as, root, broker, path, list, found };
}

describe('rules', () => {
  test('are made, shown as Confluent shows them, and removed', async () => {
    const { root, broker, path, list } = await setUp();
    const made = await root(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(ALICE_READS),
    });
    const self =
      `http://broker.test${path}?resource_type=TOPIC&resource_name=quakes&pattern_type=LITERAL` +
      '&principal=User%3Aalice&host=*&operation=READ&permission=ALLOW';
    expect([made.status, made.headers.get('location'), await made.text()]).toEqual([201, self, '']);
    const shown = { kind: 'KafkaAcl', metadata: { self }, cluster_id: broker.clusterId, ...ALICE_READS };
    expect(await list('?principal=User:alice')).toEqual({
      kind: 'KafkaAclList',
      metadata: {
        self: `http://broker.test${path}?resource_type=ANY&resource_name=&pattern_type=ANY&principal=User%3Aalice&host=&operation=ANY&permission=ANY`,
        next: null,
      },
      data: [shown],
    });
    expect((await list(new URL(self).search)).data).toEqual([shown]);
    expect(await ask(root, 'DELETE', path + new URL(self).search)).toEqual({
      status: 200,
      body: { data: [shown] },
    });
    expect((await list()).data).toEqual([]);
  });

  test('are made several at once, all or none', async () => {
    const { root, path, list } = await setUp();
    const wrong = { ...ALICE_READS, operation: 'FLY' };
    expect(await ask(root, 'POST', `${path}:batch`, { data: [ALICE_READS, wrong] })).toMatchObject({
      status: 400,
    });
    expect((await list()).data).toEqual([]);
    const answer = await ask(root, 'POST', `${path}:batch`, {
      data: [ALICE_READS, BOB_WRITES, GROUP_DENIED],
    });
    expect(answer).toEqual({ status: 201, body: undefined });
    expect((await list()).data).toHaveLength(3);
  });

  test('are found by any of their fields, in any case of letters', async () => {
    const { root, path, found } = await setUp();
    await ask(root, 'POST', `${path}:batch`, { data: [ALICE_READS, BOB_WRITES, GROUP_DENIED] });
    expect(await found('')).toEqual(['User:* GROUP alerts', 'User:bob TOPIC qu', 'User:alice TOPIC quakes']);
    expect(await found('?resource_type=topic')).toEqual(['User:bob TOPIC qu', 'User:alice TOPIC quakes']);
    expect(await found('?resource_name=quakes&pattern_type=match')).toEqual([
      'User:bob TOPIC qu',
      'User:alice TOPIC quakes',
    ]);
    expect(await found('?resource_name=quakes&pattern_type=any')).toEqual(['User:alice TOPIC quakes']);
    expect(await found('?permission=Deny')).toEqual(['User:* GROUP alerts']);
    expect(await found('?operation=WRITE')).toEqual(['User:bob TOPIC qu']);
    expect(await found('?host=192.0.2.1')).toEqual([]);
  });

  test('are taken in any case of letters, too, where Kafka has constants', async () => {
    const { root, path, list } = await setUp();
    const lower = {
      ...ALICE_READS,
      resource_type: 'topic',
      pattern_type: 'literal',
      operation: 'read',
      permission: 'allow',
    };
    expect(await ask(root, 'POST', path, lower)).toMatchObject({ status: 201 });
    expect((await list()).data).toMatchObject([ALICE_READS]);
  });

  test.each([
    [
      'a rule about transactions',
      { ...ALICE_READS, resource_type: 'TRANSACTIONAL_ID' },
      'no transactions here',
    ],
    ['a rule from one host', { ...ALICE_READS, host: '192.0.2.1' }, 'host of a rule is *'],
    ['a rule for a group of people', { ...ALICE_READS, principal: 'Group:admins' }, 'User: and a name'],
    [
      'a rule with a pattern that is a filter',
      { ...ALICE_READS, pattern_type: 'MATCH' },
      'LITERAL or PREFIXED',
    ],
    ['a rule without an operation', { ...ALICE_READS, operation: undefined }, 'operation'],
  ])('%s is refused by name', async (_, body, message) => {
    const { root, path } = await setUp();
    const refusal = { status: 400, body: { message: expect.stringContaining(message) } };
    expect(await ask(root, 'POST', path, body)).toMatchObject(refusal);
  });

  test('are not removed by who names none, and nobody searches by what is not here', async () => {
    const { root, path, list } = await setUp();
    await ask(root, 'POST', path, ALICE_READS);
    for (const query of ['', '?resource_type=ANY', '?resource_type=ANY&pattern_type=ANY&operation=ANY'])
      expect(await ask(root, 'DELETE', path + query)).toMatchObject({
        status: 400,
        body: { error_code: 40002 },
      });
    expect((await list()).data).toHaveLength(1);
    expect(await ask(root, 'GET', `${path}?resource_type=TRANSACTIONAL_ID`)).toMatchObject({
      status: 400,
      body: { message: 'Query parameter resource_type has to be one of ANY, TOPIC, GROUP, CLUSTER.' },
    });
  });

  test('say who may see and change rules, from the first one on', async () => {
    const { as, root, path } = await setUp();
    const alice = as('User:alice');
    const cluster = { ...ALICE_READS, resource_type: 'CLUSTER', resource_name: 'kafka-cluster' };
    expect(await ask(alice, 'GET', path)).toMatchObject({ status: 200 });
    await ask(root, 'POST', path, { ...cluster, operation: 'DESCRIBE' });
    expect(await ask(alice, 'GET', path)).toMatchObject({ status: 200 });
    expect(await ask(alice, 'POST', path, BOB_WRITES)).toMatchObject({
      status: 403,
      body: { error_code: 40301, message: 'User:alice is not authorized to ALTER the cluster.' },
    });
    expect(await ask(as('User:bob'), 'GET', path)).toMatchObject({ status: 403 });
    await ask(root, 'POST', path, { ...cluster, operation: 'ALTER' });
    expect(await ask(alice, 'POST', path, BOB_WRITES)).toMatchObject({ status: 201 });
  });
});

test('a broker without authorization says that security is disabled', async () => {
  const { send, broker } = await testBroker();
  const path = `/v3/clusters/${broker.clusterId}/acls`;
  const disabled = {
    status: 400,
    body: { error_code: 40002, message: expect.stringContaining('No Authorizer') },
  };
  expect(await ask(send, 'GET', path)).toMatchObject(disabled);
  expect(await ask(send, 'POST', path, ALICE_READS)).toMatchObject(disabled);
  expect(await ask(send, 'POST', `${path}:batch`, { data: [ALICE_READS] })).toMatchObject(disabled);
  const all = '?resource_type=ANY&pattern_type=ANY&operation=ANY&permission=ANY';
  expect(await ask(send, 'DELETE', path + all)).toMatchObject(disabled);
});
