import { expect, test } from 'vitest';
import { type TestBroker, testBroker } from '../../support/broker.ts';
import { answered, v3 } from '../../support/requests.ts';

const patch = (body: string): RequestInit => ({ ...v3(body), method: 'PATCH' });
const clusterPath = ({ broker }: TestBroker, prefix = '/v3'): string =>
  `${prefix}/clusters/${broker.clusterId}`;

test.each(['/v3', '/kafka/v3'])('the cluster is found under %s, and links stay there', async (prefix) => {
  const all = await testBroker();
  const self = `http://broker.test${clusterPath(all, prefix)}`;
  const cluster = {
    kind: 'KafkaCluster',
    metadata: { self, resource_name: `crn:///kafka=${all.broker.clusterId}` },
    cluster_id: all.broker.clusterId,
    topics: { related: `${self}/topics` },
  };
  expect(await answered(all.send(clusterPath(all, prefix)))).toMatchObject({ status: 200, body: cluster });
  expect(await answered(all.send(`${prefix}/clusters`))).toMatchObject({
    status: 200,
    body: {
      kind: 'KafkaClusterList',
      metadata: { self: `http://broker.test${prefix}/clusters` },
      data: [cluster],
    },
  });
});

test('a topic is created, listed, read, given more partitions, deleted, and made again empty', async () => {
  const all = await testBroker();
  const path = `${clusterPath(all)}/topics`;
  const created = await all.send(
    path,
    v3(
      '{"topic_name":"quakes","partitions_count":2,"configs":[{"name":"max.message.bytes","value":"9000"}]}',
    ),
  );
  expect(created.headers.get('location')).toBe(`http://broker.test${path}/quakes`);
  const topic = {
    kind: 'KafkaTopic',
    topic_name: 'quakes',
    is_internal: false,
    replication_factor: 1,
    partitions_count: 2,
    partitions: { related: `http://broker.test${path}/quakes/partitions` },
  };
  expect(await answered(created)).toMatchObject({ status: 201, body: topic });
  expect(await answered(all.send(path))).toMatchObject({ body: { kind: 'KafkaTopicList', data: [topic] } });
  expect(await answered(all.send(`${path}/quakes`))).toMatchObject({ status: 200, body: topic });
  expect(await answered(all.send('/topics/quakes'))).toMatchObject({
    body: { configs: { 'max.message.bytes': '9000' } },
  });

  const raised = all.send(`${path}/quakes`, patch('{"partitions_count":3}'));
  expect(await answered(raised)).toMatchObject({ status: 200, body: { partitions_count: 3 } });
  await all.send(`${path}/quakes/records`, v3('{"partition_id":2,"value":{"type":"STRING","data":"x"}}'));

  expect((await all.send(`${path}/quakes`, { method: 'DELETE' })).status).toBe(204);
  expect(await answered(all.send(`${path}/quakes`))).toMatchObject({
    status: 404,
    body: { error_code: 40403 },
  });
  await all.send(path, v3('{"topic_name":"quakes","partitions_count":3}'));
  expect(await answered(all.send('/topics/quakes/partitions/2/offsets'))).toMatchObject({
    body: { end_offset: 0 },
  });
});

test('partitions are listed and read', async () => {
  const all = await testBroker();
  await all.broker.topics.create({ name: 'quakes', partitionCount: 2 });
  const path = `${clusterPath(all)}/topics/quakes/partitions`;
  const partition = (number: number) => ({
    kind: 'KafkaPartition',
    metadata: { self: `http://broker.test${path}/${number}` },
    topic_name: 'quakes',
    partition_id: number,
    leader: { related: `http://broker.test${path}/${number}/replicas/1` },
  });
  expect(await answered(all.send(path))).toMatchObject({ body: { data: [partition(0), partition(1)] } });
  expect(await answered(all.send(`${path}/1`))).toMatchObject({ status: 200, body: partition(1) });
  expect(await answered(all.send(`${path}/2`))).toMatchObject({ status: 404, body: { error_code: 40403 } });
});

test('validate_only checks, and makes nothing', async () => {
  const all = await testBroker({ 'num.partitions': 5 });
  const path = `${clusterPath(all)}/topics`;
  const checked = all.send(path, v3('{"topic_name":"quakes","validate_only":true}'));
  expect(await answered(checked)).toMatchObject({ status: 200, body: { partitions_count: 5 } });
  const refused = all.send(path, v3('{"topic_name":"a b","validate_only":true}'));
  expect(await answered(refused)).toMatchObject({ status: 400, body: { error_code: 40002 } });
  expect(await all.broker.topics.list()).toEqual([]);
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
  ['a topic that is there', '{"topic_name":"quakes"}', 40002, 'exists'],
  ['too many replicas', '{"topic_name":"t","replication_factor":3}', 40002, 'eplication'],
];

test.each(refusals)('%s is refused', async (_, body, errorCode, part) => {
  const all = await testBroker();
  await all.broker.topics.create({ name: 'quakes' });
  expect(await answered(all.send(`${clusterPath(all)}/topics`, v3(body)))).toEqual({
    status: 400,
    body: { error_code: errorCode, message: expect.stringContaining(part) },
  });
  expect(all.bugs).toEqual([]);
});

test('fewer partitions, or those of an unknown topic, are refused', async () => {
  const all = await testBroker();
  await all.broker.topics.create({ name: 'quakes', partitionCount: 2 });
  const send = (name: string, count: number) =>
    answered(all.send(`${clusterPath(all)}/topics/${name}`, patch(`{"partitions_count":${count}}`)));
  expect(await send('quakes', 2)).toMatchObject({ status: 400, body: { error_code: 40002 } });
  expect(await send('none', 5)).toMatchObject({ status: 404, body: { error_code: 40403 } });
});

test.each(['', '/topics', '/topics/t', '/topics/t/partitions', '/topics/t/partitions/0'])(
  'another cluster is 404 at %j',
  async (rest) => {
    const { send } = await testBroker();
    expect(await answered(send(`/v3/clusters/other${rest}`))).toEqual({
      status: 404,
      body: { error_code: 404, message: expect.stringContaining('Cluster other cannot be found') },
    });
  },
);
