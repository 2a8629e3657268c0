import { expect, test, vi } from 'vitest';
import { answered, binary, v3 } from '../../support/requests.ts';
import { pathOf, send } from '../support/client.ts';
import { freshName } from '../support/names.ts';
import { endOffset } from '../support/records.ts';
import { clusterId, clusterPath, freshTopic } from '../support/topics.ts';

const patch = (body: string): RequestInit => ({ ...v3(body), method: 'PATCH' });
const topicsPath = async (): Promise<string> => `${await clusterPath()}/topics`;
/** An absolute link to this path. */
const linkTo = (path: string) =>
  expect.toSatisfy((link: string) => pathOf(link) === path, `leads to ${path}`);

/** Another process may remember for a second what a topic was like. */
const soon = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 10_000 });

test.each(['/v3', '/kafka/v3'])('the cluster is found under %s, and links stay there', async (prefix) => {
  const path = await clusterPath(prefix);
  const cluster = {
    kind: 'KafkaCluster',
    metadata: { self: linkTo(path), resource_name: `crn:///kafka=${await clusterId()}` },
    cluster_id: await clusterId(),
    topics: { related: linkTo(`${path}/topics`) },
  };
  expect(await answered(send(path))).toMatchObject({ status: 200, body: cluster });
  expect(await answered(send(`${prefix}/clusters`))).toMatchObject({
    status: 200,
    body: { kind: 'KafkaClusterList', metadata: { self: linkTo(`${prefix}/clusters`) }, data: [cluster] },
  });
});

test('a topic is created, listed, read, given more partitions, deleted, and made again empty', async () => {
  const path = await topicsPath();
  const name = freshName('quakes');
  const configs = [{ name: 'max.message.bytes', value: '9000' }];
  const created = await send(path, v3(JSON.stringify({ topic_name: name, partitions_count: 2, configs })));
  expect(created.headers.get('location')).toEqual(linkTo(`${path}/${name}`));
  const topic = {
    kind: 'KafkaTopic',
    topic_name: name,
    is_internal: false,
    replication_factor: 1,
    partitions_count: 2,
    partitions: { related: linkTo(`${path}/${name}/partitions`) },
  };
  expect(await answered(created)).toMatchObject({ status: 201, body: topic });
  expect(await answered(send(path))).toMatchObject({
    body: {
      kind: 'KafkaTopicList',
      data: expect.arrayContaining([expect.objectContaining({ topic_name: name })]),
    },
  });
  expect(await answered(send(`${path}/${name}`))).toMatchObject({ status: 200, body: topic });
  expect(await answered(send(`/topics/${name}`))).toMatchObject({
    body: { configs: { 'max.message.bytes': '9000' } },
  });

  const raised = send(`${path}/${name}`, patch('{"partitions_count":3}'));
  expect(await answered(raised)).toMatchObject({ status: 200, body: { partitions_count: 3 } });
  const stored = await send(`/topics/${name}/partitions/2`, binary({ value: '' }));
  expect(await answered(stored)).toMatchObject({ status: 200 });
  expect(await endOffset(name, 2)).toBe(1);

  expect((await send(`${path}/${name}`, { method: 'DELETE' })).status).toBe(204);
  await soon(async () => {
    const gone = { status: 404, body: { error_code: 40403 } };
    expect(await answered(send(`${path}/${name}`))).toMatchObject(gone);
  });
  await send(path, v3(JSON.stringify({ topic_name: name, partitions_count: 3 })));
  await soon(async () => expect(await endOffset(name, 2)).toBe(0));
});

test('partitions are listed and read', async () => {
  const topic = await freshTopic('quakes', { partitions: 2 });
  const path = `${await topicsPath()}/${topic}/partitions`;
  const partition = (number: number) => ({
    kind: 'KafkaPartition',
    metadata: { self: linkTo(`${path}/${number}`) },
    topic_name: topic,
    partition_id: number,
    leader: { related: expect.stringMatching(`${path}/${number}/replicas/\\d+$`) },
  });
  expect(await answered(send(path))).toMatchObject({ body: { data: [partition(0), partition(1)] } });
  expect(await answered(send(`${path}/1`))).toMatchObject({ status: 200, body: partition(1) });
  expect(await answered(send(`${path}/2`))).toMatchObject({ status: 404, body: { error_code: 40403 } });
});

test('validate_only checks, and makes nothing', async () => {
  const name = freshName('quakes');
  const request = { topic_name: name, partitions_count: 5, validate_only: true };
  const checked = send(await topicsPath(), v3(JSON.stringify(request)));
  expect(await answered(checked)).toMatchObject({ status: 200, body: { partitions_count: 5 } });
  const refused = send(await topicsPath(), v3('{"topic_name":"a b","validate_only":true}'));
  expect(await answered(refused)).toMatchObject({ status: 400, body: { error_code: 40002 } });
  expect((await send(`/topics/${name}`)).status).toBe(404);
});

const refusals: [string, string, number, string][] = [
  ['malformed JSON', '{"topic_name":', 400, 'JSON'],
  ['no name', '{}', 400, 'topic_name'],
  ['an unknown field', '{"topic_name":"t","partition_count":1}', 400, 'partition_count'],
  ['an illegal name', '{"topic_name":"a/b"}', 40002, 'ASCII'],
  ['no partitions', '{"topic_name":"t","partitions_count":0}', 40002, 'partition'],
  ['an unknown config', '{"topic_name":"t","configs":[{"name":"x","value":"1"}]}', 40002, 'x'],
  [
    'a bad value',
    '{"topic_name":"t","configs":[{"name":"max.message.bytes","value":"x"}]}',
    40002,
    'max.message.bytes',
  ],
  ['too many replicas', '{"topic_name":"t","replication_factor":3}', 40002, 'eplication'],
];

test.each(refusals)('%s is refused', async (_, body, errorCode, part) => {
  expect(await answered(send(await topicsPath(), v3(body)))).toEqual({
    status: 400,
    body: { error_code: errorCode, message: expect.stringContaining(part) },
  });
});

test('a topic that is there is not made again', async () => {
  const topic_name = await freshTopic();
  expect(await answered(send(await topicsPath(), v3(JSON.stringify({ topic_name }))))).toEqual({
    status: 400,
    body: { error_code: 40002, message: expect.stringContaining('exists') },
  });
});

test('fewer partitions, or those of an unknown topic, are refused', async () => {
  const topic = await freshTopic('quakes', { partitions: 2 });
  const path = await topicsPath();
  const grow = (name: string, count: number) =>
    answered(send(`${path}/${name}`, patch(`{"partitions_count":${count}}`)));
  expect(await grow(topic, 2)).toMatchObject({ status: 400, body: { error_code: 40002 } });
  expect(await grow(freshName('none'), 5)).toMatchObject({ status: 404, body: { error_code: 40403 } });
});

test.each(['', '/topics', '/topics/t', '/topics/t/partitions', '/topics/t/partitions/0'])(
  'another cluster is 404 at %j',
  async (rest) => {
    expect(await answered(send(`/v3/clusters/other${rest}`))).toEqual({
      status: 404,
      body: { error_code: 404, message: expect.stringContaining('Cluster other cannot be found') },
    });
  },
);
