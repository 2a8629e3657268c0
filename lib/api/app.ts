import type { Hono } from 'hono';
import { HonoBase } from 'hono/hono-base';
import { TrieRouter } from 'hono/router/trie-router';
import type { Authorizer } from '../cluster/acls/authorizer.ts';
import { StickyPartitioner } from '../kafka/sticky-partitioner.ts';
import type { Api } from './api.ts';
import type { Authenticator } from './auth/authenticator.ts';
import type { Broker } from './broker.ts';
import { ApiError } from './errors/api-error.ts';
import { answerTo, errorResponse } from './errors/error-response.ts';
import { JSON_TYPE } from './http/media-types.ts';
import { type HostEnv, mount } from './http/mount.ts';
import type { ApiMetrics } from './ops/api-metrics.ts';
import { type RouteSet, V3_PREFIXES } from './routes/route-set.ts';

export interface AppDeps {
  /** Finds out whose request it is. @default everybody is anonymous */
  readonly authenticator?: Authenticator | undefined;
  /** Decides who may do what. @default the broker's; where it has none, everybody may do everything */
  readonly authorizer?: Authorizer | undefined;
  /** Makes the OpenAPI document, for sets with its route. @default there is none */
  readonly openApi?: (() => Promise<string>) | undefined;
  /** Shared with whoever observes the stores. @default nothing is counted */
  readonly metrics?: ApiMetrics | undefined;
  /** Hears of errors that nobody expected; the client gets no more than 500. @default console.error */
  readonly onBug?: ((error: unknown) => void) | undefined;
}

const uncounted: ApiMetrics = {
  route: () => () => undefined,
  bodies: () => undefined,
  records: () => undefined,
  groupLag: () => undefined,
};

const noDocument = (): never => {
  throw new ApiError(404, 404, 'The OpenAPI document is not served here.');
};

/**
 * The HTTPS API of a broker: a Hono app on Web-standard requests and responses, the same for every host; of it, the
 * routes that this process serves. It keeps nothing but metrics, and where keyless records went last.
 */
export function createApp(broker: Broker, routes: RouteSet, deps: AppDeps = {}): Hono<HostEnv> {
  const { metrics = uncounted, authenticator, authorizer = broker.authorizer } = deps;
  const api: Api = {
    broker,
    metrics,
    ...(authenticator && { authenticator }),
    ...(authorizer && { authorizer }),
    partitioner: new StickyPartitioner({ random: broker.random }),
    openApi: deps.openApi ?? noDocument,
    onBug: deps.onBug ?? ((error) => console.error(error)),
  };
  // The only one of Hono's routers that takes all of our paths (`offsets:fetch` stands where parameters may): `Hono`
  // itself would try the others first, and each start would read them.
  const app = new HonoBase<HostEnv>({ strict: false, router: new TrieRouter() });
  mount(app, routes.unversioned, api);
  for (const prefix of V3_PREFIXES) mount(app, routes.v3, api, prefix);
  app.notFound(({ req }) => {
    const message = `HTTP 404 Not Found: there is no ${req.path}; /openapi.json lists what there is.`;
    return errorResponse({ status: 404, errorCode: 404, message }, JSON_TYPE);
  });
  app.onError((error) => errorResponse(answerTo(error, api.onBug), JSON_TYPE));
  return app;
}
