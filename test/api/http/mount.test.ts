import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { groupParameters } from '../../../lib/api/groups/parameters.ts';
import { JSON_TYPE } from '../../../lib/api/http/media-types.ts';
import { type HostEnv, mount } from '../../../lib/api/http/mount.ts';
import { noParameters } from '../../../lib/api/http/parameters.ts';
import { defineRoute } from '../../../lib/api/http/route.ts';
import { Metrics } from '../../../lib/api/ops/metrics.ts';
import { StickyPartitioner } from '../../../lib/kafka/sticky-partitioner.ts';
import { testBroker } from '../../support/broker.ts';

/** An app that has one route, with this path. */
async function appOf(path: string): Promise<Hono<HostEnv>> {
  const { broker, bugs } = await testBroker();
  const route = defineRoute({
    method: 'get',
    path,
    dialect: 'v2',
    summary: 'Say which group.',
    params: groupParameters,
    query: noParameters,
    produces: [JSON_TYPE],
    answers: { 200: { description: 'Its name.' } },
    handle: (call) => call.json(call.params.group),
  });
  const app = new Hono<HostEnv>({ strict: false });
  mount(app, [route], {
    broker,
    metrics: new Metrics(),
    partitioner: new StickyPartitioner({ random: broker.random }),
    openApi: async () => '',
    onBug: (error) => bugs.push(error),
  });
  return app;
}

test.each([
  ['/groups/a/offsets:fetch', 200],
  ['/groups/a/offsets', 404],
  ['/groups/a/offsets:', 404],
  ['/groups/a/offsets:fetch2', 404],
  ['/groups/a/offsetsfetch', 404],
  ['/groups/a/offsets:reset', 404],
])('a colon within a segment of a path is just a colon: %s is %i', async (path, status) => {
  const app = await appOf('/groups/{group}/offsets:fetch');
  expect((await app.fetch(new Request(`http://broker.test${path}`))).status).toBe(status);
});

test.each([
  ['a%2Fb', 'a/b'],
  ['a%23b%3Fc', 'a#b?c'],
  ['%E5%9C%B0%E9%9C%87', '地震'],
  ['100%25', '100%'],
  ['%252F', '%2F'],
  ['a:b', 'a:b'],
  ['a+b', 'a+b'],
])('the parameter %s is %j', async (encoded, name) => {
  const app = await appOf('/groups/{group}/lags');
  const answer = await app.fetch(new Request(`http://broker.test/groups/${encoded}/lags`));
  expect(await answer.json()).toBe(name);
});
