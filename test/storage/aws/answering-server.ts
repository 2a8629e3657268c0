import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface AnsweringServer {
  readonly endpoint: string;
  /** How many requests came. */
  readonly requests: readonly string[];
}

/** A real HTTP server that gives every request to `answer`, until the test ends. */
export async function openServer(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
): Promise<AnsweringServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.headers['x-amz-target'] ?? request.url}`);
    request.resume();
    request.on('end', () => answer(response, request));
  });
  const endpoint = await listen(server);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { endpoint, requests };
}

/** An address where nobody listens. */
export async function deadEndpoint(): Promise<string> {
  const server = createServer();
  const endpoint = await listen(server);
  server.close();
  await once(server, 'close');
  return endpoint;
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** DynamoDB's error format (AWS JSON 1.0). */
export function dynamodbError(code: string, status = 400, more: object = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0' });
    response.end(
      JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: 'said so', ...more }),
    );
  };
}

/** S3's error format. */
export function s3Error(code: string, status: number) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'Content-Type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>said so</Message></Error>`);
  };
}
