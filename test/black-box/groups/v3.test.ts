import { expect, test } from 'vitest';
import { ask, Member } from '../../api/groups/group-client.ts';
import { binary } from '../../support/requests.ts';
import { pathOf, send } from '../support/client.ts';
import { freshGroup, nameOf } from '../support/groups.ts';
import { clusterId, clusterPath, freshTopic } from '../support/topics.ts';

/** A group has a member `one`, and `two` may join it; three records in partition 0 of a topic, one in each of 1 and 2. */
async function setUp(prefix = '/v3') {
  const topic = await freshTopic('quakes', { partitions: 3 });
  const records = [0, 0, 0, 1, 2].map((partition) => ({ partition }));
  await send(`/topics/${topic}`, binary(...records));
  const group = freshGroup();
  const [one, two] = [new Member(group, 'one'), new Member(group, 'two')];
  await one.join({ subscribed_topic_names: [topic], instance_id: 'rack-1', client_id: 'app' });
  const cluster = await clusterPath(prefix);
  const own = `${cluster}/consumer-groups/${nameOf(group)}`;
  const ids = { cluster_id: await clusterId(), consumer_group_id: nameOf(group) };
  const crn = `crn:///kafka=${ids.cluster_id}/consumer-group=${nameOf(group)}`;
  const get = (rest: string) => ask(send, 'GET', own + rest);
  return { topic, group, one, two, cluster, own, ids, crn, get };
}

/** An absolute link to this path. */
const linkTo = (path: string) =>
  expect.toSatisfy((link: string) => pathOf(link) === path, `leads to ${path}`);

const commit = ({ group, one, topic }: Awaited<ReturnType<typeof setUp>>, ...offsets: number[]) =>
  group.commit({ ...one.name, offsets: offsets.map((offset, partition) => ({ topic, partition, offset })) });

test.each(['/v3', '/kafka/v3'])(
  'groups are listed and described under %s as Confluent does it',
  async (prefix) => {
    const { get, cluster, own, ids, crn } = await setUp(prefix);
    const group = {
      kind: 'KafkaConsumerGroup',
      metadata: { self: linkTo(own), resource_name: crn },
      ...ids,
      is_simple: false,
      partition_assignor: 'uniform',
      state: 'STABLE',
      type: 'CONSUMER',
      is_mixed_consumer_group: false,
      coordinator: { related: expect.stringContaining(`${cluster}/brokers/`) },
      consumers: { related: linkTo(`${own}/consumers`) },
      lag_summary: { related: linkTo(`${own}/lag-summary`) },
    };
    expect(await get('')).toEqual({ status: 200, body: group });
    expect(await ask(send, 'GET', `${cluster}/consumer-groups`)).toEqual({
      status: 200,
      body: {
        kind: 'KafkaConsumerGroupList',
        metadata: { self: linkTo(`${cluster}/consumer-groups`), next: null },
        data: expect.arrayContaining([group]),
      },
    });
  },
);

test('consumers are listed and described', async () => {
  const { get, own, ids, crn, topic, two } = await setUp();
  await two.join({ subscribed_topic_names: [topic] });
  const consumer = (id: string, instance_id: string | null, client_id: string) => ({
    kind: 'KafkaConsumer',
    metadata: { self: linkTo(`${own}/consumers/${id}`), resource_name: `${crn}/consumer=${id}` },
    ...ids,
    consumer_id: id,
    instance_id,
    client_id,
    assignments: { related: linkTo(`${own}/consumers/${id}/assignments`) },
  });
  expect(await get('/consumers')).toEqual({
    status: 200,
    body: {
      kind: 'KafkaConsumerList',
      metadata: { self: linkTo(`${own}/consumers`), next: null },
      data: [consumer('one', 'rack-1', 'app'), consumer('two', null, '')],
    },
  });
  expect(await get('/consumers/two')).toEqual({ status: 200, body: consumer('two', null, '') });
});

test('assignments are listed and described', async () => {
  const { get, cluster, own, ids, crn, topic, two } = await setUp();
  const assignment = (partition: number) => ({
    kind: 'KafkaConsumerAssignment',
    metadata: {
      self: linkTo(`${own}/consumers/one/assignments/${topic}/partitions/${partition}`),
      resource_name: `${crn}/consumer=one/assignment=${topic}/partition=${partition}`,
    },
    ...ids,
    consumer_id: 'one',
    topic_name: topic,
    partition_id: partition,
    partition: { related: linkTo(`${cluster}/topics/${topic}/partitions/${partition}`) },
    lag: { related: linkTo(`${own}/lags/${topic}/partitions/${partition}`) },
  });
  expect(await get('/consumers/one/assignments')).toEqual({
    status: 200,
    body: {
      kind: 'KafkaConsumerAssignmentList',
      metadata: { self: linkTo(`${own}/consumers/one/assignments`), next: null },
      data: [assignment(0), assignment(1), assignment(2)],
    },
  });
  expect(await get(`/consumers/one/assignments/${topic}/partitions/1`)).toEqual({
    status: 200,
    body: assignment(1),
  });
  await two.join({ subscribed_topic_names: [topic] });
  expect(await get('/consumers/two/assignments')).toMatchObject({ status: 200, body: { data: [] } });
});

test('lags are listed, the greatest first, and described', async () => {
  const all = await setUp();
  const { get, own, ids, crn, topic } = all;
  await commit(all, 1, 1, 0);
  const lag = (partition: number, current_offset: number, log_end_offset: number) => ({
    kind: 'KafkaConsumerLag',
    metadata: {
      self: linkTo(`${own}/lags/${topic}/partitions/${partition}`),
      resource_name: `${crn}/lag=${topic}/partition=${partition}`,
    },
    ...ids,
    topic_name: topic,
    partition_id: partition,
    consumer_id: 'one',
    instance_id: 'rack-1',
    client_id: 'app',
    current_offset,
    log_end_offset,
    lag: log_end_offset - current_offset,
  });
  expect(await get('/lags')).toEqual({
    status: 200,
    body: {
      kind: 'KafkaConsumerLagList',
      metadata: { self: linkTo(`${own}/lags`), next: null },
      data: [lag(0, 1, 3), lag(2, 0, 1), lag(1, 1, 1)],
    },
  });
  expect(await get(`/lags/${topic}/partitions/2`)).toEqual({ status: 200, body: lag(2, 0, 1) });
});

test('the lag summary tells the sum, and where the lag is greatest', async () => {
  const all = await setUp();
  const { get, cluster, own, ids, crn, topic } = all;
  await commit(all, 2, 0, 0);
  const summary = {
    kind: 'KafkaConsumerGroupLagSummary',
    metadata: { self: linkTo(`${own}/lag-summary`), resource_name: `${crn}/lag-summary` },
    ...ids,
    max_lag_consumer_id: 'one',
    max_lag_instance_id: 'rack-1',
    max_lag_client_id: 'app',
    max_lag_topic_name: topic,
    max_lag_partition_id: 0,
    max_lag: 1,
    total_lag: 3,
    max_lag_consumer: { related: linkTo(`${own}/consumers/one`) },
    max_lag_partition: { related: linkTo(`${cluster}/topics/${topic}/partitions/0`) },
  };
  expect(await get('/lag-summary')).toEqual({ status: 200, body: summary });
  await commit(all, 2, 1, 0);
  expect(await get('/lag-summary')).toMatchObject({ body: { max_lag_partition_id: 0, total_lag: 2 } });
  await commit(all, 3, 1, 0);
  expect(await get('/lag-summary')).toMatchObject({ body: { max_lag_partition_id: 2, max_lag: 1 } });
  await commit(all, 3, 1, 1);
  expect(await get('/lag-summary')).toMatchObject({ body: { max_lag: 0, total_lag: 0 } });
});

test.each(['', '/consumers', '/consumers/one', '/lag-summary', '/lags'])(
  'there is nothing at %j of a group that does not exist: 404',
  async (rest) => {
    const path = `${await clusterPath()}/consumer-groups/${nameOf(freshGroup('none'))}${rest}`;
    expect(await ask(send, 'GET', path)).toMatchObject({ status: 404, body: { error_code: 404 } });
  },
);
