import { describe, expect, test } from 'vitest';
import { createApp } from '../../../lib/api/app.ts';
import { actionsOf } from '../../../lib/api/auth/needs.ts';
import { JSON_TYPE } from '../../../lib/api/http/media-types.ts';
import { noParameters } from '../../../lib/api/http/parameters.ts';
import { defineRoute } from '../../../lib/api/http/route.ts';
import { acl, type Rule } from '../../cluster/acls/acl.ts';
import { aclBroker, ROOT } from './acl-broker.ts';
import { everyRoute, FOR_EVERYBODY, moreRules, type NamedRoute, PLACES, requestTo } from './every-route.ts';

const SOME_RULE: Rule = 'User:bob ALLOW READ TOPIC buses';

async function setUp() {
  const all = await aclBroker();
  await all.broker.topics.create({ name: PLACES.topic, partitionCount: 2 });
  await all.rules(SOME_RULE);
  const places = { clusterId: all.broker.clusterId, ...PLACES };
  const send = async (principal: string, route: NamedRoute, change = {}) => {
    const { path, init } = requestTo(route, { ...places, ...change });
    const answer = await all.as(principal)(path, init);
    const text = await answer.text();
    return { status: answer.status, text };
  };
  return { ...all, send };
}

/** The rules that let a request of alice in. */
function rulesFor({ name, route }: NamedRoute): Rule[] {
  const params = {
    topic: PLACES.topic,
    topic_name: PLACES.topic,
    group: PLACES.group,
    consumer_group_id: PLACES.group,
  };
  const byPath = actionsOf(route.needs ?? {}, params).map(
    ({ operation, resourceType, resourceName }): Rule =>
      `User:alice ALLOW ${operation} ${resourceType} ${resourceName}`,
  );
  return Array.from(new Set([...byPath, ...(moreRules[name] ?? [])]));
}

const guarded = everyRoute.filter(({ name, route }) => !route.isPublic && !FOR_EVERYBODY.includes(name));

describe('once there is a rule', () => {
  test('every route says what it needs, or is public', () => {
    const silent = everyRoute.filter(({ route }) => !route.isPublic && route.needs === undefined);
    expect(silent.map(({ name }) => name)).toEqual([]);
    for (const name of FOR_EVERYBODY) expect(everyRoute.map((route) => route.name)).toContain(name);
  });

  test('every route refuses who may nothing, but those that are for everybody', async () => {
    const { send, bugs } = await setUp();
    const answers = await Promise.all(
      everyRoute.map(async (route) => [route.name, await send('User:nobody', route)] as const),
    );
    const letIn = answers.filter(([, { status }]) => status !== 403).map(([name]) => name);
    const open = everyRoute.filter(({ route }) => route.isPublic).map(({ name }) => name);
    expect(letIn.toSorted()).toEqual([...FOR_EVERYBODY, ...open].toSorted());
    for (const [name, { status, text }] of answers)
      if (status === 403) expect([name, JSON.parse(text)]).toMatchObject([name, { error_code: 40301 }]);
    expect(bugs).toEqual([]);
  });

  test('no route tells who may nothing whether a topic or a group is there', async () => {
    const { send, broker } = await setUp();
    await broker.groups.commitOffsets(PLACES.group, undefined, [
      { topic: PLACES.topic, partition: 0, offset: 0 },
    ]);
    for (const route of everyRoute) {
      const there = await send('User:nobody', route);
      const absent = await send('User:nobody', route, { topic: 'absent', group: 'absent' });
      const text = absent.text
        .replaceAll('TOPIC absent', `TOPIC ${PLACES.topic}`)
        .replaceAll('GROUP absent', `GROUP ${PLACES.group}`);
      expect([route.name, absent.status, text]).toEqual([route.name, there.status, there.text]);
    }
  });

  test.each(guarded.map((route) => [route.name, route] as const))(
    '%s lets in who is allowed what it asks, all of it',
    async (_, route) => {
      const { broker, rules, send } = await setUp();
      const needed = rulesFor(route);
      expect(needed).not.toEqual([]);
      await rules(...needed);
      expect((await send('User:alice', route)).status).not.toBe(403);
      for (const left of needed) {
        await broker.acls.delete([{ principal: 'User:alice' }]);
        await rules(...needed.filter((rule) => rule !== left));
        expect([left, (await send('User:alice', route)).status]).toEqual([left, 403]);
      }
    },
  );

  test('every route lets super users in', async () => {
    const { send, rules } = await setUp();
    await rules(
      'User:* DENY ALL TOPIC *',
      'User:* DENY ALL GROUP *',
      'User:* DENY ALL CLUSTER kafka-cluster',
    );
    for (const route of everyRoute)
      expect([route.name, (await send(ROOT, route)).status]).not.toEqual([route.name, 403]);
  });
});

test('a route that does not say what it needs is shut to all who may not change rules', async () => {
  const { broker } = await setUp();
  const silent = defineRoute({
    method: 'get',
    path: '/silent',
    dialect: 'v2',
    summary: 'Say nothing of what it needs.',
    params: noParameters,
    query: noParameters,
    produces: [JSON_TYPE],
    answers: {},
    handle: (call) => call.json({}),
  });
  const app = createApp(broker, { unversioned: [silent], v3: [] });
  const status = async () => (await app.fetch(new Request('http://broker.test/silent'))).status;
  expect(await status()).toBe(403);
  await broker.acls.create([acl('User:* ALLOW ALTER CLUSTER kafka-cluster')]);
  expect(await status()).toBe(200);
});

test('while there is no rule, everybody may use every route', async () => {
  const { broker, send } = await setUp();
  await broker.acls.delete([{}]);
  for (const route of everyRoute) {
    // It would make the first rule.
    if (route.path.includes('/acls')) continue;
    expect([route.name, (await send('User:nobody', route)).status]).not.toEqual([route.name, 403]);
  }
});

test('when the rules cannot be read, every route that asks is 503, and those that ask nothing answer', async () => {
  const { broker, stores, send } = await setUp();
  await broker.close();
  await stores.close();
  for (const route of guarded)
    expect([route.name, (await send('User:alice', route)).status]).toEqual([route.name, 503]);
});
