import { expect, test } from 'vitest';
import { testBroker } from '../../support/broker.ts';
import { binary } from '../../support/requests.ts';
import { ask, GroupClient, Member } from '../groups/group-client.ts';

/** `alerts` has a member `one`, and `two` may join it; three records in partition 0 of quakes, one in each of 1 and 2. */
async function setUp(prefix = '/v3') {
  const all = await testBroker();
  await all.broker.topics.create({ name: 'quakes', partitionCount: 3 });
  const records = [0, 0, 0, 1, 2].map((partition) => ({ partition }));
  await all.send('/topics/quakes', binary(...records));
  const group = new GroupClient(all.send, 'alerts');
  const [one, two] = [new Member(group, 'one'), new Member(group, 'two')];
  await one.join({ subscribed_topic_names: ['quakes'], instance_id: 'rack-1', client_id: 'app' });
  const cluster = `${prefix}/clusters/${all.broker.clusterId}`;
  const url = `http://broker.test${cluster}`;
  const crn = `crn:///kafka=${all.broker.clusterId}`;
  const get = (rest: string) => ask(all.send, 'GET', `${cluster}/consumer-groups${rest}`);
  return { ...all, group, one, two, cluster, url, crn, get, groupUrl: `${url}/consumer-groups/alerts` };
}

const commit = ({ group, one }: Awaited<ReturnType<typeof setUp>>, ...offsets: number[]) =>
  group.commit({
    ...one.name,
    offsets: offsets.map((offset, partition) => ({ topic: 'quakes', partition, offset })),
  });

test.each(['/v3', '/kafka/v3'])(
  'groups are listed and described under %s as Confluent does it',
  async (prefix) => {
    const { broker, get, url, groupUrl, crn } = await setUp(prefix);
    const group = {
      kind: 'KafkaConsumerGroup',
      metadata: { self: groupUrl, resource_name: `${crn}/consumer-group=alerts` },
      cluster_id: broker.clusterId,
      consumer_group_id: 'alerts',
      is_simple: false,
      partition_assignor: 'uniform',
      state: 'STABLE',
      type: 'CONSUMER',
      is_mixed_consumer_group: false,
      coordinator: { related: `${url}/brokers/1` },
      consumers: { related: `${groupUrl}/consumers` },
      lag_summary: { related: `${groupUrl}/lag-summary` },
    };
    expect(await get('/alerts')).toEqual({ status: 200, body: group });
    expect(await get('')).toEqual({
      status: 200,
      body: {
        kind: 'KafkaConsumerGroupList',
        metadata: { self: `${url}/consumer-groups`, next: null },
        data: [group],
      },
    });
  },
);

test('the state of a group is told in the names of Kafka’s constants', async () => {
  const { send, get, one, two } = await setUp();
  await new GroupClient(send, 'by hand').commit({
    offsets: [{ topic: 'quakes', partition: 0, offset: 1 }],
  });
  expect(await get('/by%20hand')).toMatchObject({ body: { state: 'EMPTY', is_simple: true } });
  await two.join({ subscribed_topic_names: ['quakes'], server_assignor: 'range' });
  expect(await get('/alerts')).toMatchObject({ body: { state: 'RECONCILING', partition_assignor: 'range' } });
  await two.leave();
  await one.leave({ instance_id: 'rack-1' });
  expect(await get('/alerts')).toMatchObject({ body: { state: 'EMPTY', is_simple: false } });
});

test('consumers are listed and described', async () => {
  const { broker, get, groupUrl, crn, two } = await setUp();
  await two.join({ subscribed_topic_names: ['quakes'] });
  const consumer = (id: string, instance_id: string | null, client_id: string) => ({
    kind: 'KafkaConsumer',
    metadata: {
      self: `${groupUrl}/consumers/${id}`,
      resource_name: `${crn}/consumer-group=alerts/consumer=${id}`,
    },
    cluster_id: broker.clusterId,
    consumer_group_id: 'alerts',
    consumer_id: id,
    instance_id,
    client_id,
    assignments: { related: `${groupUrl}/consumers/${id}/assignments` },
  });
  expect(await get('/alerts/consumers')).toEqual({
    status: 200,
    body: {
      kind: 'KafkaConsumerList',
      metadata: { self: `${groupUrl}/consumers`, next: null },
      data: [consumer('one', 'rack-1', 'app'), consumer('two', null, '')],
    },
  });
  expect(await get('/alerts/consumers/two')).toEqual({ status: 200, body: consumer('two', null, '') });
});

test('assignments are listed and described', async () => {
  const { broker, get, url, groupUrl, crn, two } = await setUp();
  const assignment = (partition: number) => ({
    kind: 'KafkaConsumerAssignment',
    metadata: {
      self: `${groupUrl}/consumers/one/assignments/quakes/partitions/${partition}`,
      resource_name: `${crn}/consumer-group=alerts/consumer=one/assignment=quakes/partition=${partition}`,
    },
    cluster_id: broker.clusterId,
    consumer_group_id: 'alerts',
    consumer_id: 'one',
    topic_name: 'quakes',
    partition_id: partition,
    partition: { related: `${url}/topics/quakes/partitions/${partition}` },
    lag: { related: `${groupUrl}/lags/quakes/partitions/${partition}` },
  });
  expect(await get('/alerts/consumers/one/assignments')).toEqual({
    status: 200,
    body: {
      kind: 'KafkaConsumerAssignmentList',
      metadata: { self: `${groupUrl}/consumers/one/assignments`, next: null },
      data: [assignment(0), assignment(1), assignment(2)],
    },
  });
  expect(await get('/alerts/consumers/one/assignments/quakes/partitions/1')).toEqual({
    status: 200,
    body: assignment(1),
  });
  await two.join({ subscribed_topic_names: ['quakes'] });
  expect(await get('/alerts/consumers/two/assignments')).toMatchObject({ status: 200, body: { data: [] } });
});

test('lags are listed, the greatest first, and described', async () => {
  const all = await setUp();
  const { broker, get, groupUrl, crn } = all;
  await commit(all, 1, 1, 0);
  const lag = (partition: number, current_offset: number, log_end_offset: number) => ({
    kind: 'KafkaConsumerLag',
    metadata: {
      self: `${groupUrl}/lags/quakes/partitions/${partition}`,
      resource_name: `${crn}/consumer-group=alerts/lag=quakes/partition=${partition}`,
    },
    cluster_id: broker.clusterId,
    consumer_group_id: 'alerts',
    topic_name: 'quakes',
    partition_id: partition,
    consumer_id: 'one',
    instance_id: 'rack-1',
    client_id: 'app',
    current_offset,
    log_end_offset,
    lag: log_end_offset - current_offset,
  });
  expect(await get('/alerts/lags')).toEqual({
    status: 200,
    body: {
      kind: 'KafkaConsumerLagList',
      metadata: { self: `${groupUrl}/lags`, next: null },
      data: [lag(0, 1, 3), lag(2, 0, 1), lag(1, 1, 1)],
    },
  });
  expect(await get('/alerts/lags/quakes/partitions/2')).toEqual({ status: 200, body: lag(2, 0, 1) });
});

test('the lag summary tells the sum, and where the lag is greatest', async () => {
  const all = await setUp();
  const { broker, get, url, groupUrl, crn } = all;
  await commit(all, 2, 0, 0);
  const summary = {
    kind: 'KafkaConsumerGroupLagSummary',
    metadata: {
      self: `${groupUrl}/lag-summary`,
      resource_name: `${crn}/consumer-group=alerts/lag-summary`,
    },
    cluster_id: broker.clusterId,
    consumer_group_id: 'alerts',
    max_lag_consumer_id: 'one',
    max_lag_instance_id: 'rack-1',
    max_lag_client_id: 'app',
    max_lag_topic_name: 'quakes',
    max_lag_partition_id: 0,
    max_lag: 1,
    total_lag: 3,
    max_lag_consumer: { related: `${groupUrl}/consumers/one` },
    max_lag_partition: { related: `${url}/topics/quakes/partitions/0` },
  };
  expect(await get('/alerts/lag-summary')).toEqual({ status: 200, body: summary });
  await commit(all, 2, 1, 0);
  expect(await get('/alerts/lag-summary')).toMatchObject({ body: { max_lag_partition_id: 0, total_lag: 2 } });
  await commit(all, 3, 1, 0);
  expect(await get('/alerts/lag-summary')).toMatchObject({ body: { max_lag_partition_id: 2, max_lag: 1 } });
  await commit(all, 3, 1, 1);
  expect(await get('/alerts/lag-summary')).toMatchObject({ body: { max_lag: 0, total_lag: 0 } });
});

test('a lag that nobody works on has no consumer', async () => {
  const { send, get, url } = await setUp();
  await new GroupClient(send, 'by hand').commit({
    offsets: [{ topic: 'quakes', partition: 0, offset: 1 }],
  });
  expect(await get('/by%20hand/lags')).toMatchObject({
    body: { data: [{ consumer_id: '', instance_id: null, client_id: '', lag: 2 }] },
  });
  expect(await get('/by%20hand/lag-summary')).toMatchObject({
    body: {
      max_lag_consumer_id: '',
      max_lag_instance_id: null,
      max_lag_client_id: '',
      max_lag_consumer: { related: `${url}/consumer-groups/by%20hand/consumers` },
    },
  });
});

test.each([
  ['/none', 'none'],
  ['/none/consumers', 'none'],
  ['/none/consumers/one', 'none'],
  ['/none/consumers/one/assignments', 'none'],
  ['/none/consumers/one/assignments/quakes/partitions/0', 'none'],
  ['/none/lag-summary', 'none'],
  ['/none/lags', 'none'],
  ['/none/lags/quakes/partitions/0', 'none'],
  ['/alerts/consumers/three', 'Consumer three'],
  ['/alerts/consumers/three/assignments', 'Consumer three'],
  ['/alerts/consumers/one/assignments/quakes/partitions/3', 'partition 3'],
  ['/alerts/consumers/one/assignments/quakes/partitions/first', 'partition first'],
  ['/alerts/consumers/one/assignments/buses/partitions/0', 'of buses'],
  ['/alerts/lags/quakes/partitions/1', 'partition 1'],
  ['/alerts/lags/quakes/partitions/-1', 'partition -1'],
  ['/alerts/lags/buses/partitions/0', 'of buses'],
])('there is no %s: 404', async (rest, message) => {
  const all = await setUp();
  await commit(all, 1);
  expect(await all.get(rest)).toEqual({
    status: 404,
    body: { error_code: 404, message: expect.stringContaining(message) },
  });
  expect(all.bugs).toEqual([]);
});

test.each(['/lags', '/lag-summary', '/lags/quakes/partitions/0'])(
  'a group that has committed nothing has no %s: 404',
  async (rest) => {
    const { get } = await setUp();
    expect(await get(`/alerts${rest}`)).toEqual({
      status: 404,
      body: { error_code: 404, message: expect.stringContaining('no offsets') },
    });
  },
);

test.each([
  '',
  '/alerts',
  '/alerts/consumers',
  '/alerts/consumers/one',
  '/alerts/consumers/one/assignments',
  '/alerts/consumers/one/assignments/quakes/partitions/0',
  '/alerts/lag-summary',
  '/alerts/lags',
  '/alerts/lags/quakes/partitions/0',
])('another cluster is 404 at %j', async (rest) => {
  const { send } = await setUp();
  expect(await ask(send, 'GET', `/v3/clusters/other/consumer-groups${rest}`)).toEqual({
    status: 404,
    body: { error_code: 404, message: expect.stringContaining('Cluster other') },
  });
});
