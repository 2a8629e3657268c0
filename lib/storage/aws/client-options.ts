import { setTimeout as delay } from 'node:timers/promises';
import { Connections } from './connections.ts';
import type { SenderClock, SenderLimits } from './sender.ts';

/** What both clients are made with. Credentials come from the SDK's default chain. */
export interface AwsOptions {
  /** @default the region of the environment or the profile */
  readonly region?: string;
  /** Of an emulator, or of anything else that speaks the protocol. @default AWS's own of the region */
  readonly endpoint?: string;
  /** @default connections of its own, 64 to each service */
  readonly connections?: Connections;
  /** Until there is a connection; a request that waits longer for one was not sent. @default 1,000 */
  readonly connectMs?: number;
  /** @default 3,000 for DynamoDB, 15,000 for S3 */
  readonly attemptMs?: number;
  /** A call with the waits that throttling puts between its attempts. @default 10,000, 30,000 */
  readonly deadlineMs?: number;
  readonly clock?: SenderClock;
}

const CONNECT_MS = 1000;

export const systemClock: SenderClock = {
  monotonicMs: () => performance.now(),
  random: () => Math.random(),
  sleep: async (ms) => {
    await delay(ms);
  },
};

/** Keep-alive, bounded sockets, a timeout for the connection, and no hidden retries. */
export function clientOptions({
  region,
  endpoint,
  connections = new Connections(),
  connectMs = CONNECT_MS,
}: AwsOptions) {
  const { httpAgent, httpsAgent } = connections;
  return {
    maxAttempts: 1,
    requestHandler: { connectionTimeout: connectMs, httpAgent, httpsAgent },
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
  };
}

export function limitsOf({ attemptMs, deadlineMs }: AwsOptions, defaults: SenderLimits): SenderLimits {
  return { attemptMs: attemptMs ?? defaults.attemptMs, deadlineMs: deadlineMs ?? defaults.deadlineMs };
}
