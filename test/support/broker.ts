import type { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import { createApp } from '../../lib/api/app.ts';
import type { Broker } from '../../lib/api/broker.ts';
import type { HostEnv } from '../../lib/api/http/mount.ts';
import { loadOpenApi } from '../../lib/api/load-openapi.ts';
import { Metrics } from '../../lib/api/ops/metrics.ts';
import { allRoutes } from '../../lib/api/routes/all.ts';
import { openLocalBroker } from '../../lib/cli/local-broker.ts';
import { type BrokerConfig, brokerConfigSchema } from '../../lib/cluster/broker-config.ts';
import { tempFolder } from './temp-folder.ts';

export interface TestBroker {
  readonly app: Hono<HostEnv>;
  readonly broker: Broker;
  /** Errors that nobody expected. */
  readonly bugs: unknown[];
  /** Sends a request through the app, without a network. */
  send(path: string, init?: RequestInit): Promise<Response>;
}

/** A whole broker in a folder of its own, until the test ends; configs that are not given have their defaults. */
export async function testBroker(overrides: Partial<BrokerConfig> = {}): Promise<TestBroker> {
  const folder = await tempFolder();
  const config = brokerConfigSchema.parse(overrides);
  const metrics = new Metrics();
  const local = await openLocalBroker({ folder, brokerId: 1, config, observer: metrics.observeStore });
  onTestFinished(() => local.close());
  const bugs: unknown[] = [];
  const app = createApp(local.broker, allRoutes, {
    metrics,
    openApi: loadOpenApi,
    onBug: (error) => bugs.push(error),
  });
  const send = async (path: string, init?: RequestInit): Promise<Response> =>
    app.fetch(new Request(`http://broker.test${path}`, init));
  return { app, broker: local.broker, bugs, send };
}
