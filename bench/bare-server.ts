import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { recordValue } from './records.ts';
import { seededRandom } from './seeded-random.ts';

/**
 * The ceilings over HTTP: `node:http` and nothing else. The first segment of the path says what is done.
 *
 *   POST /plain/<answer bytes>/...          reads the body, answers so many bytes
 *   POST /parse/<answer bytes>/...          reads the body, parses it as JSON, answers so many bytes
 *   GET  /serve/<answer bytes>              answers so many bytes
 *   GET  /stringify/<records>/<value bytes> answers so many records as JSON with base64 values
 *   POST /relay/<answer bytes>/...          reads the body, hands it to the reader that waits
 *   GET  /relay/<any>/...?offset=<n>        waits for body `n`, answers it and those behind it
 *   POST /reset                             forgets the relayed bodies
 */
type Handler = (request: IncomingMessage, response: ServerResponse, segments: readonly string[]) => void;

const answers = new Map<number, Buffer>();

function answerOf(bytes: number): Buffer {
  const answer = answers.get(bytes) ?? Buffer.alloc(bytes, 'x');
  answers.set(bytes, answer);
  return answer;
}

function reply(response: ServerResponse, body: Buffer | string): void {
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function readBody(request: IncomingMessage, onBody: (chunks: readonly Buffer[]) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => onBody(chunks));
}

const plain: Handler = (request, response, [, answerBytes]) => {
  readBody(request, () => reply(response, answerOf(Number(answerBytes))));
};

const parse: Handler = (request, response, [, answerBytes]) => {
  readBody(request, (chunks) => {
    const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof parsed !== 'object') throw new Error('not an object');
    reply(response, answerOf(Number(answerBytes)));
  });
};

const serve: Handler = (_request, response, [, answerBytes]) =>
  reply(response, answerOf(Number(answerBytes)));

const TIMESTAMP_MS = 1_700_000_000_000;
const stored: Buffer[] = [];

const stringify: Handler = (_request, response, [, recordCount, valueBytes]) => {
  const random = seededRandom(1);
  while (stored.length < Number(recordCount))
    stored.push(recordValue(stored.length, Number(valueBytes), random));
  const records = stored.slice(0, Number(recordCount)).map((value, offset) => ({
    topic: 'topic',
    key: null,
    value: value.toString('base64'),
    partition: 0,
    offset,
    timestamp: TIMESTAMP_MS,
    headers: [],
  }));
  reply(response, JSON.stringify(records));
};

const relayed: Buffer[] = [];
let parked: (() => void) | undefined;

const relay: Handler = (request, response, [, answerBytes]) => {
  if (request.method === 'POST') {
    readBody(request, (chunks) => {
      relayed.push(Buffer.concat(chunks));
      reply(response, answerOf(Number(answerBytes)));
      parked?.();
    });
    return;
  }
  const offset = Number(new URL(request.url ?? '', 'http://bare').searchParams.get('offset'));
  const answer = (): void => {
    parked = undefined;
    reply(response, Buffer.concat(relayed.slice(offset)));
  };
  if (relayed.length > offset) answer();
  else parked = answer;
};

const reset: Handler = (_request, response) => {
  relayed.length = 0;
  reply(response, '');
};

const handlers = new Map<string, Handler>(Object.entries({ plain, parse, serve, stringify, relay, reset }));

const server = createServer((request, response) => {
  const segments = (request.url ?? '').split('/').slice(1);
  const handler = handlers.get(segments[0] ?? '');
  if (handler !== undefined) handler(request, response, segments);
  else response.writeHead(404).end();
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
});
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
