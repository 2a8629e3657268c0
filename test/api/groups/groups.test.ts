import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../../lib/api/app.ts';
import { loadGroups } from '../../../lib/api/load-groups.ts';
import { openBroker } from '../../../lib/api/open-broker.ts';
import { allRoutes } from '../../../lib/api/routes/all.ts';
import { brokerConfigSchema } from '../../../lib/cluster/broker-config.ts';
import { openEmbeddedStores } from '../../../lib/storage/embedded.ts';
import { testBroker } from '../../support/broker.ts';
import { binary } from '../../support/requests.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { ask, GroupClient, Member } from './group-client.ts';

async function setUp() {
  const all = await testBroker();
  await all.broker.topics.create({ name: 'quakes', partitionCount: 2 });
  await all.send('/topics/quakes', binary({ partition: 0 }, { partition: 0 }, { partition: 1 }));
  return { ...all, group: new GroupClient(all.send, 'alerts') };
}

test.each(['a/b', 'a#b', 'a?b=c&d', 'heartbeat', '100%', '%2F', '%FF', '/', 'a/', ':group'])(
  'a group may be called %j',
  async (name) => {
    const { send } = await setUp();
    const group = new GroupClient(send, name);
    await new Member(group, name).join({ subscribed_topic_names: ['quakes'] });
    expect(await ask(send, 'GET', '/groups')).toMatchObject({ body: { groups: [{ group_id: name }] } });
    expect(await group.describe()).toMatchObject({
      status: 200,
      body: { group_id: name, members: [{ member_id: name }] },
    });
    const member = { member_id: name, member_epoch: 1 };
    const offsets = [{ topic: 'quakes', partition: 0, offset: 1 }];
    expect(await group.commit({ ...member, offsets })).toMatchObject({ status: 204 });
    expect(await group.committed()).toEqual(['quakes-0@1']);
    expect(await group.lags()).toMatchObject({ status: 200 });
    await new Member(group, name).leave();
    expect(await group.reset({ partitions: [{ topic: 'quakes' }], to: 'earliest' })).toMatchObject({
      status: 200,
    });
    expect(await group.delete()).toMatchObject({ status: 204 });
  },
);

test('a topic that another broker has deleted is 40401, though it is still remembered here', async () => {
  const stores = await openEmbeddedStores(await tempFolder());
  onTestFinished(() => stores.close());
  const open = async () => {
    const config = brokerConfigSchema.parse({});
    const broker = await openBroker({ stores, brokerId: 1, config, groups: loadGroups });
    onTestFinished(() => broker.close());
    return broker;
  };
  const [here, there] = [await open(), await open()];
  const app = createApp(here, allRoutes);
  const group = new GroupClient(
    async (path, init) => app.fetch(new Request(`http://broker.test${path}`, init)),
    'g',
  );
  await here.topics.create({ name: 'quakes' });
  await there.topics.delete('quakes');
  expect(await group.reset({ partitions: [{ topic: 'quakes', partition: 0 }], to: 'latest' })).toMatchObject({
    status: 404,
    body: { error_code: 40401 },
  });
});

test('COORDINATOR_NOT_AVAILABLE: a broker that shuts down sends members elsewhere', async () => {
  const { broker, group, send } = await setUp();
  await broker.groups.close();
  const answer = await send(group.path);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await answer.json()).toMatchObject({ error_code: 50304 });
});
