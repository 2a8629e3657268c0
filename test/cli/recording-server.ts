import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { ReceivedRequest } from '../storage/aws/verify-sigv4.ts';

/** A real HTTP server that keeps what it is sent, and answers as it is told, until the test ends. */
export async function recordingServer(answer: (response: ServerResponse) => void) {
  const received: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url: target = '', headers } = request;
    received.push({ method, target, headers, body: await buffer(request) });
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}
