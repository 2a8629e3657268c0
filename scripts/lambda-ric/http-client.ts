/**
 * Stands in for `rapid-client.node`, the native half of aws-lambda-ric, where that cannot be built: the same three
 * functions (src/native/rapid-client.cc) over Node's own HTTP.
 */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

const INVOCATION = '/2018-06-01/runtime/invocation';
const [hostname, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function send(method: string, path: string, body = '', headers: Record<string, string> = {}) {
  const outgoing = request({ hostname, port, method, path: INVOCATION + path, agent, headers });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

let lastPost: Promise<unknown> = Promise.resolve();

/** The next invocation, once what was answered before has been handed over. Keys of headers are lower case. */
export async function next() {
  await lastPost;
  const { status, headers, body: bodyJson } = await send('GET', '/next');
  if (status !== 200) throw new Error(`Failed to get next invocation, error ${status}`);
  return { bodyJson, headers };
}

/** The native one waits until the answer is handed over; this one lets `next` wait for it. */
export function done(requestId: string, body: string): void {
  lastPost = send('POST', `/${requestId}/response`, body, { 'Content-Type': 'application/json' });
}

export function error(requestId: string, body: string, xrayCause: string): void {
  const headers = {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Function-XRay-Error-Cause': xrayCause,
  };
  lastPost = send('POST', `/${requestId}/error`, body, headers);
}
