import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type RunningServer, type ServerOptions, startServer } from '../../../lib/api/node/server.ts';

async function start(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const fetch = () => new Response('answered');
  const server = await startServer({ host: '127.0.0.1', port: 0, fetch, ...options });
  onTestFinished(async () => {
    await server.drain(0);
  });
  return server;
}

async function connectTo({ url }: RunningServer): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** A server whose answers wait, until they are released or for ever. */
async function startHeld() {
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const server = await start({
    fetch: async () => {
      arrived.resolve();
      await released.promise;
      return new Response('answered');
    },
  });
  return { server, arrived: arrived.promise, release: () => released.resolve() };
}

test('a drain waits for the answers to what was accepted, and takes no more', async () => {
  const { server, arrived, release } = await startHeld();
  const answer = fetch(server.url);
  await arrived;
  const drained = server.drain(60_000);
  await expect(fetch(server.url)).rejects.toThrow();
  release();
  expect(await (await answer).text()).toBe('answered');
  expect(await drained).toBe(true);
});

test('a drain that takes too long cuts off what is left, and says so', async () => {
  const { server, arrived } = await startHeld();
  const answer = fetch(server.url).then(
    () => 'answered',
    () => 'cut off',
  );
  await arrived;
  expect(await server.drain(20)).toBe(false);
  expect(await answer).toBe('cut off');
});

test('a connection beyond the bound is closed as it comes, and the others go on', async () => {
  const server = await start({ connectionsMax: 2 });
  const [first] = [await connectTo(server), await connectTo(server)];
  const third = await connectTo(server);
  third.resume();
  await once(third, 'close');
  first.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [answer] = (await once(first, 'data')) as [Buffer];
  expect(answer.toString('latin1')).toContain('HTTP/1.1 200 OK');
});
