import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { fetchRoutes } from '../../lib/api/routes/fetch.ts';
import { createHandler } from '../../lib/lambda/handler.ts';
import { systemRuntime } from '../../lib/log/runtime.ts';
import { dynamodbError, openServer } from '../storage/aws/answering-server.ts';
import { variables } from './function.ts';
import { gatewayEvent, invocation } from './gateway-events.ts';

test('a process that was frozen for an hour asks on new connections, and one that was not on those that it has', async () => {
  const sockets = new Set<Socket>();
  const answer = dynamodbError('ResourceNotFoundException');
  const server = await openServer((response, request) => {
    sockets.add(request.socket);
    answer(response);
  });
  const account = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1' };
  Object.assign(process.env, account, { AWS_ENDPOINT_URL: server.endpoint });
  let nowMs = Date.now();
  const runtime = { ...systemRuntime, nowMs: () => nowMs };
  const handler = createHandler({ routes: fetchRoutes, environment: variables, runtime });
  const ask = () => handler(gatewayEvent({ path: '/topics/t/partitions/0/records' }), invocation());

  expect((await ask()).statusCode).toBe(503);
  nowMs += 1_000;
  await ask();
  expect([server.requests.length, sockets.size]).toEqual([2, 1]);
  nowMs += 3_600_000;
  await ask();
  expect([server.requests.length, sockets.size]).toEqual([3, 2]);
});
