import { describe, expect, test } from 'vitest';
import { JSON_TYPE, JSON_V2 } from '../../../lib/api/http/media-types.ts';
import { ask, GroupClient, namesOf, type OffsetsBody } from '../groups/group-client.ts';
import { aclBroker, ROOT } from './acl-broker.ts';

/** A broker with topics of three, and alice, who may do nothing yet. */
async function setUp() {
  const all = await aclBroker();
  for (const name of ['buses', 'quakes', 'salaries']) await all.broker.topics.create({ name });
  await all.rules('User:bob ALLOW ALL TOPIC *');
  const alice = all.as('User:alice');
  const v3 = `/v3/clusters/${all.broker.clusterId}`;
  const root = all.as(ROOT);
  return { ...all, alice, root, v3 };
}

type Setup = Awaited<ReturnType<typeof setUp>>;

const append = async ({ as }: Pick<Setup, 'as'>, principal: string, path: string) => {
  const body = JSON.stringify({ records: [{ value: 1 }] });
  const answer = await as(principal)(path, { method: 'POST', headers: { 'Content-Type': JSON_V2 }, body });
  return { status: answer.status, body: await answer.json() };
};

describe('topics', () => {
  test('are listed to who may describe them, in both versions', async () => {
    const { alice, rules, v3 } = await setUp();
    expect((await ask(alice, 'GET', '/topics')).body).toEqual([]);
    await rules('User:alice ALLOW READ TOPIC q…', 'User:alice ALLOW CREATE TOPIC salaries');
    expect((await ask(alice, 'GET', '/topics')).body).toEqual(['quakes']);
    expect((await ask(alice, 'GET', `${v3}/topics`)).body).toMatchObject({
      data: [{ topic_name: 'quakes' }],
    });
    await rules('User:* DENY DESCRIBE TOPIC quakes');
    expect((await ask(alice, 'GET', '/topics')).body).toEqual([]);
  });

  test('are made by producing only for who may make them', async () => {
    const setup = await setUp();
    const { rules, broker, v3 } = setup;
    await rules('User:alice ALLOW WRITE TOPIC *');
    expect(await append(setup, 'User:alice', '/topics/quakes')).toMatchObject({ status: 200 });
    const wanted = 'User:alice is not authorized to CREATE TOPIC trams.';
    for (const path of ['/topics/trams', '/topics/trams/partitions/0'])
      expect(await append(setup, 'User:alice', path)).toMatchObject({
        status: 403,
        body: { error_code: 40301, message: wanted },
      });
    const record = { value: { type: 'JSON', data: 1 } };
    const path = `${v3}/topics/trams/records`;
    expect(await ask(setup.alice, 'POST', path, record)).toMatchObject({
      status: 403,
      body: { message: wanted },
    });
    await expect(broker.topics.get('trams')).rejects.toMatchObject({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });

    await rules('User:alice ALLOW CREATE TOPIC trams');
    expect(await append(setup, 'User:alice', '/topics/trams')).toMatchObject({ status: 200 });
    expect(await append(setup, 'User:alice', '/topics/ferries')).toMatchObject({ status: 403 });
    await rules('User:alice ALLOW CREATE CLUSTER kafka-cluster');
    expect(await append(setup, 'User:alice', '/topics/ferries')).toMatchObject({ status: 200 });
    expect(await ask(setup.alice, 'POST', `${v3}/topics`, { topic_name: 'planes' })).toMatchObject({
      status: 201,
    });
  });

  test('show their configs to who may describe those', async () => {
    const { alice, rules } = await setUp();
    await rules('User:alice ALLOW DESCRIBE TOPIC quakes');
    expect((await ask(alice, 'GET', '/topics/quakes')).body).toMatchObject({ name: 'quakes', configs: {} });
    await rules('User:alice ALLOW DESCRIBE_CONFIGS TOPIC quakes');
    expect((await ask(alice, 'GET', '/topics/quakes')).body).toMatchObject({
      configs: { 'message.timestamp.type': 'CreateTime' },
    });
  });
});

const revoked = { status: 401, body: { error_code: 40101, message: 'Its key was revoked.' } };

/** A stream of records into quakes, one at a time. */
async function openStream({ alice, v3 }: Pick<Setup, 'alice' | 'v3'>) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const answer = await alice(`${v3}/topics/quakes/records`, {
    method: 'POST',
    headers: { 'Content-Type': JSON_TYPE },
    body: readable,
    duplex: 'half',
  } as RequestInit);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const produce = async () => {
    await writer.write(Buffer.from('{"value":null}'));
    const { value } = await reader.read();
    return JSON.parse(Buffer.from(value ?? []).toString()) as unknown;
  };
  return { produce, close: () => writer.close() };
}

test('a stream of records is cut off from the log as soon as its sender may not write any more', async () => {
  const setup = await setUp();
  const { broker, rules, shutOut } = setup;
  await rules('User:alice ALLOW WRITE TOPIC quakes');
  const { produce, close } = await openStream(setup);
  expect(await produce()).toMatchObject({ error_code: 200, offset: 0 });
  shutOut.add('User:alice');
  expect(await produce()).toEqual(revoked.body);
  shutOut.clear();
  await rules('User:alice DENY WRITE TOPIC quakes');
  expect(await produce()).toEqual({
    error_code: 40301,
    message: 'User:alice is not authorized to WRITE TOPIC quakes.',
  });
  await close();
  const { id } = await broker.topics.get('quakes');
  expect(await broker.logs.offsets({ topicId: id, partition: 0 })).toMatchObject({ next: 1 });
});

test('a fetch that waits gets nothing any more once its sender may not read', async () => {
  const { alice, root, rules, v3 } = await setUp();
  await rules('User:alice ALLOW READ TOPIC quakes');
  const path = '/topics/quakes/partitions/0/records?offset=0';
  // From here on the rules are known, and the next one is let in before they change.
  expect(await ask(alice, 'GET', `${path}&timeout=0`)).toMatchObject({ status: 200 });
  const waiting = ask(alice, 'GET', `${path}&timeout=30000`);
  await rules('User:alice DENY READ TOPIC quakes');
  const record = { value: { type: 'JSON', data: 'secret' } };
  await ask(root, 'POST', `${v3}/topics/quakes/records`, record);
  expect(await waiting).toEqual({
    status: 403,
    body: { error_code: 40301, message: 'User:alice is not authorized to READ TOPIC quakes.' },
  });
});

test('who waits for records gets none any more once he proves nothing', async () => {
  const { alice, root, rules, shutOut, v3 } = await setUp();
  await rules('User:alice ALLOW READ TOPIC quakes', 'User:alice ALLOW READ GROUP alerts');
  const instance = '/consumers/alerts/instances/one';
  const config = { name: 'one', format: 'json', 'auto.offset.reset': 'earliest' };
  await ask(alice, 'POST', '/consumers/alerts', config);
  const partitions = [{ topic: 'quakes', partition: 0 }];
  await ask(alice, 'POST', `${instance}/assignments`, { partitions });
  const read = async (query: string) => {
    const answer = await alice(`${instance}/records?${query}`, { headers: { Accept: JSON_V2 } });
    return { status: answer.status, body: (await answer.json()) as unknown };
  };
  // From here on the next ones are let in before their sender is shut out.
  expect(await read('timeout=0')).toMatchObject({ status: 200 });
  const path = '/topics/quakes/partitions/0/records?offset=0';
  const waiting = [ask(alice, 'GET', `${path}&timeout=30000`), read('timeout=30000')];
  await ask(root, 'GET', '/topics');
  shutOut.add('User:alice');
  await ask(root, 'POST', `${v3}/topics/quakes/records`, { value: { type: 'JSON', data: 'secret' } });
  expect(await Promise.all(waiting)).toEqual([revoked, revoked]);
  shutOut.clear();
  expect(await read('timeout=0')).toMatchObject({ status: 200, body: [{ value: 'secret' }] });
});

test('a producer id is given to who may write idempotently, or write anything at all', async () => {
  const { as, rules } = await setUp();
  await rules(
    'User:alice ALLOW WRITE TOPIC nowhere-…',
    'User:carol ALLOW READ TOPIC *',
    'User:dora ALLOW IDEMPOTENT_WRITE CLUSTER kafka-cluster',
  );
  const statusFor = async (name: string) => (await ask(as(name), 'POST', '/producers')).status;
  expect(await statusFor('User:alice')).toBe(200);
  expect(await statusFor('User:carol')).toBe(403);
  expect(await statusFor('User:dora')).toBe(200);
});

describe('a group', () => {
  const both = [
    { topic: 'quakes', partition: 0, offset: 0 },
    { topic: 'salaries', partition: 0, offset: 0 },
  ];

  test('takes no offset of a request that names a topic that its sender may not read', async () => {
    const { as, alice, rules } = await setUp();
    await rules('User:alice ALLOW READ GROUP alerts', 'User:alice ALLOW READ TOPIC quakes');
    const group = new GroupClient(alice, 'alerts');
    const answer = {
      status: 403,
      body: { error_code: 40301, message: 'User:alice is not authorized to READ TOPIC salaries.' },
    };
    expect(await group.commit({ offsets: both })).toMatchObject(answer);
    expect(
      await group.reset({ partitions: [{ topic: 'salaries' }, { topic: 'quakes' }], to: 'earliest' }),
    ).toMatchObject(answer);
    expect((await ask(as(ROOT), 'GET', '/groups/alerts')).status).toBe(404);
    expect(await group.commit({ offsets: both.slice(0, 1) })).toMatchObject({ status: 204 });
    expect(await group.reset({ partitions: [{ topic: 'quakes' }], to: 'earliest' })).toMatchObject({
      status: 200,
    });
  });

  test('shows offsets, lags, members and assignments of topics that may be described', async () => {
    const { as, alice, root, rules, v3 } = await setUp();
    await new GroupClient(root, 'alerts').commit({ offsets: both });
    await new GroupClient(as('User:bob'), 'other').commit({ offsets: both });
    const topics = { subscribed_topic_names: ['quakes', 'salaries'] };
    await new GroupClient(root, 'alerts').heartbeat({ member_id: 'one', member_epoch: 0, ...topics });
    await rules('User:alice ALLOW DESCRIBE GROUP alerts', 'User:alice ALLOW DESCRIBE TOPIC quakes');

    const group = new GroupClient(alice, 'alerts');
    expect(await group.committed()).toEqual(['quakes-0@0']);
    expect(
      await group.fetch({ partitions: both.map(({ topic, partition }) => ({ topic, partition })) }),
    ).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('DESCRIBE TOPIC salaries.') },
    });
    const seen = JSON.stringify([await group.describe(), await group.lags()]);
    expect(seen).toContain('quakes');
    expect(seen).not.toContain('salaries');
    const paths = ['', '/consumers', '/consumers/one', '/consumers/one/assignments', '/lags', '/lag-summary'];
    for (const path of paths) {
      const { status, body } = await ask(alice, 'GET', `${v3}/consumer-groups/alerts${path}`);
      expect([path, status, JSON.stringify(body).includes('salaries')]).toEqual([path, 200, false]);
    }
    expect(
      (await ask<{ data: unknown[] }>(alice, 'GET', `${v3}/consumer-groups/alerts/lags`)).body.data,
    ).toHaveLength(1);
    expect(
      namesOf((await ask<OffsetsBody>(root, 'POST', '/groups/alerts/offsets:fetch', {})).body),
    ).toHaveLength(2);
  });

  test('shuts out former owners only for who may be its member', async () => {
    const { alice, rules } = await setUp();
    await rules('User:alice ALLOW DESCRIBE GROUP alerts', 'User:alice ALLOW READ TOPIC quakes');
    const group = new GroupClient(alice, 'alerts');
    const partitions = [{ topic: 'quakes', partition: 0 }];
    expect(await group.fetch({ partitions })).toMatchObject({ status: 200 });
    expect(await group.fetch({ partitions, member_id: 'one', member_epoch: 1 })).toMatchObject({
      status: 403,
      body: { message: 'User:alice is not authorized to READ GROUP alerts.' },
    });
  });

  test('stands in the list of who may describe it, or the cluster', async () => {
    const { root, alice, rules, v3 } = await setUp();
    for (const name of ['alerts', 'archive']) await new GroupClient(root, name).commit({ offsets: both });
    const listed = async () => {
      const { groups } = (await ask<{ groups: { group_id: string }[] }>(alice, 'GET', '/groups')).body;
      const { data } = (
        await ask<{ data: { consumer_group_id: string }[] }>(alice, 'GET', `${v3}/consumer-groups`)
      ).body;
      expect(data.map((each) => each.consumer_group_id)).toEqual(groups.map((each) => each.group_id));
      return groups.map((each) => each.group_id);
    };
    expect(await listed()).toEqual([]);
    await rules('User:alice ALLOW READ GROUP archive');
    expect(await listed()).toEqual(['archive']);
    await rules('User:alice ALLOW DESCRIBE CLUSTER kafka-cluster');
    expect(await listed()).toEqual(['alerts', 'archive']);
  });
});
