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
