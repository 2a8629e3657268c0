import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { HostBindings } from '../host.ts';
import { readWhole } from './read-whole.ts';
import { streamBody } from './stream-body.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  readonly fetch: (request: Request, host: HostBindings) => Response | Promise<Response>;
  /** More connections than that are closed as they come. @default 10,000 */
  readonly connectionsMax?: number;
}

export interface RunningServer {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /**
   * Accepts no more connections, and resolves when every request that was accepted has been answered: true.
   * False when that took longer than `boundMs`: then the rest is cut off.
   */
  drain(boundMs: number): Promise<boolean>;
}

/** Longer than load balancers and clients keep a connection, so that it is never ours to close it first. */
const KEEP_ALIVE_MS = 75_000;
const HEADERS_MS = 20_000;
/** The largest body at 140 KB/s. */
const REQUEST_MS = 120_000;
const CONNECTIONS_MAX = 10_000;

/** Serves HTTP. @throws ListenError */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, fetch, connectionsMax = CONNECTIONS_MAX } = options;
  const listener = getRequestListener((request, { incoming }) =>
    fetch(request, bindingsOf(incoming as IncomingMessage)),
  );
  const timeouts = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
  };
  const server = createServer(timeouts);
  server.maxConnections = connectionsMax;
  const answers = new OpenAnswers(server);
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    answers.add(outgoing);
    void listener(incoming, outgoing);
  });
  await listen(server, host, port);
  return { url: urlOf(server), drain: (boundMs) => drain(server, answers, boundMs) };
}

const bindingsOf = (incoming: IncomingMessage): HostBindings => ({
  readBody: (length) => readWhole(incoming, length),
  streamBody: () => streamBody(incoming),
});

/** Requests that were accepted and not answered yet. While draining, each connection ends with its answer. */
class OpenAnswers {
  readonly #server: Server;
  readonly #open = new Set<ServerResponse>();
  #isDraining = false;

  constructor(server: Server) {
    this.#server = server;
  }

  add(answer: ServerResponse): void {
    this.#open.add(answer);
    if (this.#isDraining) answer.shouldKeepAlive = false;
    answer.once('close', () => {
      this.#open.delete(answer);
      if (this.#isDraining) this.#closeOthers();
    });
  }

  drain(): void {
    this.#isDraining = true;
    for (const answer of this.#open) answer.shouldKeepAlive = false;
    this.#closeOthers();
  }

  /** A connection that never sent a request is not idle to Node: it goes when nobody waits for an answer. */
  #closeOthers(): void {
    if (this.#open.size === 0) this.#server.closeAllConnections();
    else this.#server.closeIdleConnections();
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw listenError(cause, host, port);
  }
}

/** It cannot listen there. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  /** What has to be another one. */
  readonly fault: 'host' | 'port' | 'other';

  constructor(message: string, fault: ListenError['fault'], cause: unknown) {
    super(message, { cause });
    this.fault = fault;
  }
}

function listenError(cause: unknown, host: string, port: number): ListenError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE')
    return new ListenError(`port ${port} of ${host} is taken by another program`, 'port', cause);
  if (code === 'EACCES')
    return new ListenError(`this user may not listen on port ${port}, which is below 1024`, 'port', cause);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new ListenError(`${host} is no address of this machine`, 'host', cause);
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ListenError(`cannot listen on ${host}, port ${port}: ${why}`, 'other', cause);
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function drain(server: Server, answers: OpenAnswers, boundMs: number): Promise<boolean> {
  let isCutOff = false;
  const cutOff = setTimeout(() => {
    isCutOff = true;
    server.closeAllConnections();
  }, boundMs);
  server.close();
  answers.drain();
  await once(server, 'close');
  clearTimeout(cutOff);
  return !isCutOff;
}
