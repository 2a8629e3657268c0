import { expect, test } from 'vitest';
import { createApp } from '../../../lib/api/app.ts';
import { allRoutes } from '../../../lib/api/routes/all.ts';
import { testBroker } from '../../support/broker.ts';
import { ask, GroupClient, Member } from '../groups/group-client.ts';

/** A group and its one member, both with this name, which have committed an offset of the one partition of quakes. */
async function setUp(name: string) {
  const all = await testBroker();
  await all.broker.topics.create({ name: 'quakes' });
  const group = new GroupClient(all.send, name);
  const member = new Member(group, name);
  await member.join({ subscribed_topic_names: ['quakes'] });
  await group.commit({ ...member.name, offsets: [{ topic: 'quakes', partition: 0, offset: 0 }] });
  return { ...all, groups: `/v3/clusters/${all.broker.clusterId}/consumer-groups` };
}

/** Every link in a JSON value, with the names that lead to it. */
function linksIn(value: unknown, at = ''): [at: string, link: string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]): [string, string][] => {
    const isLink = (name === 'self' || name === 'related') && typeof inner === 'string';
    return isLink ? [[`${at}.${name}`, inner]] : linksIn(inner, `${at}.${name}`);
  });
}

test.each(['alerts', 'a/b', '地震 #1?', '100%', 'a:b'])(
  'from the list of groups, links lead to everything about a group and a member that are called %j',
  async (name) => {
    const { broker, send, groups } = await setUp(name);
    const found = new Set([groups]);
    for (const path of found) {
      const { status, body } = await ask(send, 'GET', path);
      expect([path, status]).toEqual([path, 200]);
      for (const [at, link] of linksIn(body)) {
        const { origin, pathname } = new URL(link);
        expect(origin).toBe('http://broker.test');
        // What lies elsewhere is followed elsewhere; that brokers and topics have links is not about groups.
        if (pathname.startsWith(groups)) found.add(pathname);
        else expect(at).toMatch(/\.(coordinator|partition|max_lag_partition)\.related$/);
      }
    }
    const encoded = encodeURIComponent(name);
    const own = `${groups}/${encoded}`;
    const partition = 'quakes/partitions/0';
    expect(Array.from(found).sort()).toEqual(
      [
        groups,
        own,
        `${own}/consumers`,
        `${own}/consumers/${encoded}`,
        `${own}/consumers/${encoded}/assignments`,
        `${own}/consumers/${encoded}/assignments/${partition}`,
        `${own}/lag-summary`,
        `${own}/lags/${partition}`,
      ].sort(),
    );
    const { body } = await ask(send, 'GET', `${own}/consumers/${encoded}`);
    expect(body).toMatchObject({
      consumer_group_id: name,
      consumer_id: name,
      metadata: {
        resource_name: `crn:///kafka=${broker.clusterId}/consumer-group=${encoded}/consumer=${encoded}`,
      },
    });
    expect(await ask(send, 'GET', `${own}/lags`)).toMatchObject({
      body: { metadata: { self: `http://broker.test${own}/lags` } },
    });
  },
);

test('links begin where the client reached the broker', async () => {
  const { broker, groups } = await setUp('alerts');
  const app = createApp({ ...broker, advertisedUrl: 'https://logs.example/kafka' }, allRoutes);
  const send = async (path: string) => app.fetch(new Request(`http://broker.test${path}`));
  for (const page of ['', '/alerts/consumers', '/alerts/consumers/alerts/assignments', '/alerts/lags']) {
    const links = linksIn((await ask(send, 'GET', groups + page)).body);
    expect(links.length).toBeGreaterThan(1);
    for (const [, link] of links) expect(link).toContain('https://logs.example/kafka/v3/clusters/');
  }
});
