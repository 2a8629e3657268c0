import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { answerTo, errorResponse } from '../../../lib/api/errors/error-response.ts';
import type { HostBindings } from '../../../lib/api/host.ts';
import { readBody } from '../../../lib/api/http/body.ts';
import { JSON_TYPE } from '../../../lib/api/http/media-types.ts';
import { startServer } from '../../../lib/api/node/server.ts';

/** Above the size up to which a host reads a body into one piece of memory. */
const BYTES_MAX = 2 * 1024 * 1024;
const bodyOf = (bytes: number): string => 'x'.repeat(bytes);

/** Answers with what it read; errors as the API answers them. */
async function echo(request: Request, host: HostBindings): Promise<Response> {
  try {
    const body = await readBody(request, host, BYTES_MAX);
    return new Response(body as Uint8Array<ArrayBuffer>);
  } catch (error) {
    const raise = (bug: unknown): never => {
      throw bug;
    };
    return errorResponse(answerTo(error, raise), JSON_TYPE);
  }
}

async function listening(
  fetch: (request: Request, host: HostBindings) => Promise<Response>,
): Promise<string> {
  const server = await startServer({ host: '127.0.0.1', port: 0, fetch });
  onTestFinished(async () => {
    await server.drain(0);
  });
  return server.url;
}

/** A GET whose body its caller writes; Node's client takes one where fetch refuses it. */
function openGet(url: string, headers: OutgoingHttpHeaders = {}): ClientRequest {
  const opened = request(url, { method: 'GET', headers });
  onTestFinished(() => void opened.destroy());
  return opened;
}

async function answerOf(opened: ClientRequest): Promise<{ status: number | undefined; body: string }> {
  const [message] = (await once(opened, 'response')) as [IncomingMessage];
  const pieces = await Array.fromAsync(message as AsyncIterable<Buffer>);
  return { status: message.statusCode, body: Buffer.concat(pieces).toString() };
}

const encodings: [string, (bytes: number) => OutgoingHttpHeaders][] = [
  ['with Content-Length', (bytes) => ({ 'Content-Length': bytes })],
  ['in chunks', () => ({ 'Transfer-Encoding': 'chunked' })],
];

const refused = {
  status: 413,
  body: expect.stringContaining(`larger than ${BYTES_MAX} bytes (socket.request.max.bytes)`),
};

describe.each(encodings)('a GET body %s', (_, headersOf) => {
  test.each([1, 100_000, BYTES_MAX])('of %i bytes is read whole', async (bytes) => {
    const opened = openGet(await listening(echo), headersOf(bytes));
    const answer = answerOf(opened);
    opened.write(bodyOf(bytes).slice(1));
    opened.end('x');
    expect(await answer).toEqual({ status: 200, body: bodyOf(bytes) });
  });

  test('above the bound is 413, and the answer does not wait for the rest', async () => {
    const opened = openGet(await listening(echo), headersOf(BYTES_MAX + 1_000));
    opened.write(bodyOf(BYTES_MAX + 1));
    expect(await answerOf(opened)).toEqual(refused);
  });

  test('that breaks off is an error of the client', async () => {
    const answered = Promise.withResolvers<Response>();
    const arrived = Promise.withResolvers<void>();
    const url = await listening(async (request, host) => {
      arrived.resolve();
      const answer = await echo(request, host);
      answered.resolve(answer.clone());
      return answer;
    });
    const opened = openGet(url, headersOf(1_000));
    opened.on('error', () => undefined);
    opened.write('{"partitions":[');
    await arrived.promise;
    opened.destroy();
    const answer = await answered.promise;
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ message: 'The request body broke off.' });
  });
});

test.each(['GET', 'HEAD'])('a %s without a body has an empty one', async (method) => {
  const read = Promise.withResolvers<Buffer>();
  const url = await listening(async (request, host) => {
    read.resolve(await readBody(request, host, BYTES_MAX));
    return new Response();
  });
  await fetch(url, { method });
  expect(await read.promise).toHaveLength(0);
});

test.each([
  ['GET', { 'Transfer-Encoding': 'chunked' }],
  ['GET', { 'Content-Length': 1_000 }],
  ['POST', { 'Content-Length': 1_000 }],
  ['POST', { 'Content-Length': BYTES_MAX }],
  ['POST', { 'Transfer-Encoding': 'chunked' }],
])(
  'a %s body (%j) that is asked for after its client has gone is an error, and no wait for ever',
  async (method, headers) => {
    const arrived = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<Response>();
    const url = await listening(async (request, host) => {
      const gone = once(request.signal, 'abort');
      arrived.resolve();
      await gone;
      answered.resolve(await echo(request, host));
      return new Response();
    });
    const opened = request(url, { method, headers });
    opened.on('error', () => undefined);
    opened.write('{"partitions":[');
    await arrived.promise;
    opened.destroy();
    expect((await answered.promise).status).toBe(400);
  },
);

/** A connection on which a test writes requests itself, and reads what comes back as text. */
class Connection {
  readonly #socket: Socket;
  #text = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return new Connection(socket.setEncoding('latin1'));
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  /** Waits until so many answers came; rejects when the connection ends before. */
  async statuses(count: number): Promise<string[]> {
    const found = () => Array.from(this.#text.matchAll(/HTTP\/1\.1 (\d+) /g), ([, status = '']) => status);
    if (found().length >= count) return found();
    for await (const text of this.#socket.iterator({ destroyOnReturn: false })) {
      this.#text += text;
      if (found().length >= count) return found();
    }
    throw new Error(`the connection ended after:\n${this.#text}`);
  }
}

const head = (path: string, header: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${header}\r\n\r\n`;
const withLength = (path: string, bytes: number): string =>
  head(path, `Content-Length: ${bytes}`) + bodyOf(bytes);
const inChunks = (path: string, bytes: number): string =>
  `${head(path, 'Transfer-Encoding: chunked')}${bytes.toString(16)}\r\n${bodyOf(bytes)}\r\n0\r\n\r\n`;

describe.each([
  ['with Content-Length', withLength],
  ['in chunks', inChunks],
])('behind a GET body %s', (_, write) => {
  test.each([
    ['was read', '/', 1_000, '200'],
    ['nobody read', '/unread', 1_000, '200'],
    ['nobody read, however long', '/unread', 2 * BYTES_MAX, '200'],
    ['was too large', '/', 2 * BYTES_MAX, '413'],
  ])('that %s, the next request on the connection is answered', async (_, path, bytes, status) => {
    const url = await listening(async (request, host) =>
      new URL(request.url).pathname === '/unread' ? new Response() : echo(request, host),
    );
    const connection = await Connection.open(url);
    // The second is on its way before the first is answered; the third comes when both are.
    connection.write(write(path, bytes) + write(path, bytes));
    expect(await connection.statuses(2)).toEqual([status, status]);
    connection.write(write('/', 10));
    expect(await connection.statuses(3)).toEqual([status, status, '200']);
  });
});
