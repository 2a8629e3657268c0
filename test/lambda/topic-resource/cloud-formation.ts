import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** What CloudFormation was told, and with which headers. */
export interface Told {
  readonly method: string | undefined;
  readonly contentType: string | undefined;
  readonly body: {
    readonly Status: string;
    readonly Reason?: string;
    readonly PhysicalResourceId: string;
    readonly StackId: string;
    readonly RequestId: string;
    readonly LogicalResourceId: string;
  };
}

export interface CloudFormation {
  readonly url: string;
  readonly told: readonly Told[];
  /** The next answers are turned down with these statuses. */
  refuse(...statuses: number[]): void;
}

/** The place behind a ResponseURL: a server that takes answers. */
export async function startCloudFormation(): Promise<CloudFormation> {
  const told: Told[] = [];
  const refusals: number[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request));
    const refusal = refusals.shift();
    if (refusal === undefined) {
      told.push({ method: request.method, contentType: request.headers['content-type'], body });
    }
    response.writeHead(refusal ?? 200).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/answer?X-Amz-Signature=secret`,
    told,
    refuse: (...statuses) => void refusals.push(...statuses),
  };
}
