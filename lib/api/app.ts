import { Hono } from 'hono';
import { StickyPartitioner } from '../kafka/sticky-partitioner.ts';
import type { Api } from './api.ts';
import type { Broker } from './broker.ts';
import { answerTo, errorResponse } from './errors/error-response.ts';
import { JSON_TYPE } from './http/media-types.ts';
import { type HostEnv, mount } from './http/mount.ts';
import { Metrics } from './ops/metrics.ts';
import { unversionedRoutes, V3_PREFIXES, v3Routes } from './routes.ts';

export interface AppDeps {
  /** Shared with whoever observes the stores. @default metrics of its own */
  readonly metrics?: Metrics;
  /** Hears of errors that nobody expected; the client gets no more than 500. @default console.error */
  readonly onBug?: (error: unknown) => void;
}

/**
 * The HTTPS API of a broker: a Hono app on Web-standard requests and responses, the same for every host. It keeps
 * nothing but metrics, and where keyless records went last.
 */
export function createApp(broker: Broker, deps: AppDeps = {}): Hono<HostEnv> {
  const api: Api = {
    broker,
    metrics: deps.metrics ?? new Metrics(),
    partitioner: new StickyPartitioner({ random: broker.random }),
    // Only who asks for it pays for it: a broker starts without it.
    openApi: async () => (await import('./openapi.ts')).openApiText(),
    onBug: deps.onBug ?? ((error) => console.error(error)),
  };
  const app = new Hono<HostEnv>({ strict: false });
  mount(app, unversionedRoutes, api);
  for (const prefix of V3_PREFIXES) mount(app, v3Routes, api, prefix);
  app.notFound(({ req }) => {
    const message = `HTTP 404 Not Found: there is no ${req.path}; /openapi.json lists what there is.`;
    return errorResponse({ status: 404, errorCode: 404, message }, JSON_TYPE);
  });
  app.onError((error) => errorResponse(answerTo(error, api.onBug), JSON_TYPE));
  return app;
}
