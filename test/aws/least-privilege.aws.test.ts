import { createServer, request as forward, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { adminRoutes } from '../../lib/api/routes/admin.ts';
import { consumeRoutes } from '../../lib/api/routes/consume.ts';
import { fetchRoutes } from '../../lib/api/routes/fetch.ts';
import { produceRoutes } from '../../lib/api/routes/produce.ts';
import type { FunctionName } from '../../lib/cdk/gateway-routes.ts';
import { type Permissions, permissionsOf } from '../../lib/cdk/permissions.ts';
import { openAwsStores } from '../../lib/storage/aws/aws-stores.ts';
import { openFunction, READERS } from '../lambda/function.ts';
import { dynamodb, newBucket, newTable, s3 } from './endpoints.ts';

const JSON_V2 = 'application/vnd.kafka.json.v2+json';
const GROUPS = 'application/vnd.kafka.v2+json';

type Key = Readonly<Record<'pk', { readonly S: string }>>;

const matches = (patterns: readonly string[], key: string): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern,
  );

/** Which kind of permission each action of DynamoDB takes. */
const kinds: Readonly<Record<string, keyof Permissions>> = {
  GetItem: 'get',
  BatchGetItem: 'get',
  Query: 'query',
  PutItem: 'put',
  UpdateItem: 'update',
  DeleteItem: 'delete',
  ConditionCheckItem: 'check',
};
const inTransaction: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

/** What one request does: actions, and the partition keys that they are for. */
function actionsOf(target: string, body: string): (readonly [string, string])[] {
  const action = target.split('.').at(-1) ?? '';
  const parsed = JSON.parse(body);
  const pk = ({ pk }: Key): string => pk.S;
  if (action === 'BatchGetItem') {
    const requested = Object.values<{ Keys: Key[] }>(parsed.RequestItems).flatMap(({ Keys }) => Keys);
    return requested.map((key) => [action, pk(key)]);
  }
  if (action === 'TransactWriteItems') {
    return parsed.TransactItems.flatMap((op: Record<string, { Key?: Key; Item?: Key }>) =>
      Object.entries(op).map(([kind, { Key, Item }]) => [inTransaction[kind], pk((Key ?? Item) as Key)]),
    );
  }
  if (action === 'Query') return [[action, parsed.ExpressionAttributeValues[':pk'].S]];
  return [[action, pk(parsed.Key ?? parsed.Item)]];
}

function refusalOf(permissions: Permissions, request: IncomingMessage, body: string): string | undefined {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const refused = actionsOf(target, body).find(([action, key]) => {
      const kind = kinds[action];
      return kind === undefined || !matches(permissions[kind], key);
    });
    return refused?.join(' ');
  }
  const key = decodeURIComponent(
    new URL(request.url ?? '', 'http://s3').pathname.split('/').slice(2).join('/'),
  );
  const allowed = { PUT: permissions.putObjects, GET: permissions.getObjects }[request.method ?? ''] ?? [];
  return matches(allowed, key) ? undefined : `${request.method} ${key}`;
}

/** Stands before DynamoDB and S3, and lets through what a function's role permits, as IAM does. */
async function startGate(endpoint: string, permissions: Permissions) {
  const refused: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const refusal = refusalOf(permissions, request, body.toString());
    if (refusal !== undefined) {
      refused.push(refusal);
      response.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.0' });
      response.end('{"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"}');
      return;
    }
    const { method = 'GET', headers, url = '/' } = request;
    const onward = forward(new URL(url, endpoint), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { refused, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const routes = { produce: produceRoutes, fetch: fetchRoutes, consume: consumeRoutes, admin: adminRoutes };

async function deployed() {
  const endpoint = dynamodb.endpoint ?? '';
  const { table, remove } = await newTable();
  const bucket = await newBucket(s3 ?? {});
  onTestFinished(async () => {
    await remove();
    await bucket.remove();
  });
  const open = async (name: FunctionName) => {
    const permissions = permissionsOf(name, { authentication: 'iam', autoCreatesTopics: true });
    const gate = await startGate(endpoint, permissions);
    const stores = openAwsStores({ ...dynamodb, endpoint: gate.endpoint, table, bucket: bucket.bucket });
    onTestFinished(() => stores.close());
    const { send } = await openFunction({
      routes: routes[name],
      stores,
      environment: { RIVULET_SUPER_USERS: READERS },
    });
    const call = async (method: string, path: string, body?: unknown, type = JSON_V2, more = {}) => {
      const headers = { accept: '*/*', ...(body !== undefined && { 'content-type': type }), ...more };
      const event = {
        method,
        path,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      };
      const answer = await send(event);
      expect(gate.refused, `${method} ${path}: ${answer.body}`).toEqual([]);
      return answer;
    };
    return call;
  };
  return {
    produce: await open('produce'),
    fetch: await open('fetch'),
    consume: await open('consume'),
    admin: await open('admin'),
  };
}

test.skipIf(s3 === undefined || dynamodb.endpoint === undefined)(
  'what each function does is what its role permits',
  async () => {
    const { produce, fetch, consume, admin } = await deployed();
    const records = (value: string, count = 1) => ({
      records: Array.from({ length: count }, () => ({ value })),
    });
    // Small ones are items, large ones objects; a dozen appends roll the head.
    for (let append = 0; append < 12; append++) {
      expect((await produce('POST', '/topics/orders', records('small'))).status).toBe(200);
    }
    expect((await produce('POST', '/topics/orders', records('x'.repeat(2_000), 10))).status).toBe(200);
    expect((await produce('POST', '/producers')).status).toBe(200);
    const once = { 'idempotency-key': '"order-1"' };
    for (let time = 0; time < 2; time++) {
      const sent = await produce('POST', '/topics/orders', records('once'), JSON_V2, once);
      expect(sent.status).toBe(200);
    }

    const partition = '/topics/orders/partitions/0';
    expect((await fetch('GET', `${partition}/records?offset=0&max_bytes=1000000`)).json()).toHaveLength(23);
    expect((await fetch('GET', `${partition}/offsets`)).status).toBe(200);

    const instance = '/consumers/billing/instances/a';
    const made = { name: 'a', format: 'json', 'auto.offset.reset': 'earliest' };
    expect((await consume('POST', '/consumers/billing', made, GROUPS)).status).toBe(200);
    expect((await consume('POST', `${instance}/subscription`, { topics: ['orders'] }, GROUPS)).status).toBe(
      204,
    );
    for (let look = 0; look < 3; look++) {
      expect((await consume('GET', `${instance}/records?timeout=1000`)).status).toBe(200);
    }
    expect((await consume('POST', `${instance}/offsets`, {}, GROUPS)).status).toBe(200);
    expect((await consume('DELETE', instance)).status).toBe(204);
    const member = {
      member_id: 'm',
      member_epoch: 0,
      subscribed_topic_names: ['orders'],
      rebalance_timeout_ms: 10_000,
      topic_partitions: [],
    };
    expect((await consume('POST', '/groups/audit/heartbeat', member, 'application/json')).status).toBe(200);

    const [cluster] = ((await admin('GET', '/v3/clusters')).json() as { data: { cluster_id: string }[] })
      .data;
    const v3 = `/v3/clusters/${cluster?.cluster_id}`;
    const topic = { topic_name: 'sales', partitions_count: 2 };
    expect((await admin('POST', `${v3}/topics`, topic, 'application/json')).status).toBe(201);
    expect((await admin('GET', '/groups/billing/lags')).status).toBe(200);
    expect((await admin('GET', '/topics')).json()).toEqual(['orders', 'sales']);
    const acl = {
      resource_type: 'TOPIC',
      resource_name: 'sales',
      pattern_type: 'LITERAL',
      principal: 'User:alice',
      host: '*',
      operation: 'READ',
      permission: 'ALLOW',
    };
    expect((await admin('POST', `${v3}/acls`, acl, 'application/json')).status).toBe(201);
    expect((await admin('DELETE', `${v3}/acls?${new URLSearchParams(acl)}`)).status).toBe(200);
    expect((await admin('DELETE', `${v3}/topics/sales`)).status).toBe(204);
    expect((await admin('DELETE', '/groups/billing')).status).toBe(204);
  },
);
