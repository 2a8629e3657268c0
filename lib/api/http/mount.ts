import type { Context, Hono } from 'hono';
import type { Api } from '../api.ts';
import { ANONYMOUS } from '../auth/authenticator.ts';
import { demand } from '../auth/authorize.ts';
import { actionsOf, UNSAID } from '../auth/needs.ts';
import { ApiError } from '../errors/api-error.ts';
import { answerTo, errorResponse } from '../errors/error-response.ts';
import type { HostBindings } from '../host.ts';
import { Call } from './call.ts';
import { JSON_TYPE, V2_JSON } from './media-types.ts';
import { memoize } from './memoize.ts';
import { essenceOf, negotiate } from './negotiate.ts';
import { parseQuery } from './parameters.ts';
import type { Route } from './route.ts';

/** Hono's name for what a host passes along with a request. */
export type HostEnv = { Bindings: HostBindings };

const contentTypes = memoize(essenceOf);

/** @throws ApiError 406. */
function answerTypeOf(
  route: Route,
  choose: (accept: string | null) => string | undefined,
  request: Request,
): string {
  const chosen = choose(request.headers.get('accept'));
  if (chosen !== undefined) return chosen;
  throw new ApiError(
    406,
    406,
    `HTTP 406 Not Acceptable: this route answers with ${route.produces.join(', ')}.`,
  );
}

/** @throws ApiError 415. */
function bodyTypeOf(route: Route, request: Request): string {
  if (route.consumes === undefined) return '';
  const given = request.headers.get('content-type') ?? '';
  if (given === '' && route.isBodyOptional) return '';
  const essence = contentTypes(given);
  if (essence !== undefined && Object.hasOwn(route.consumes, essence)) return essence;
  const wanted = Object.keys(route.consumes).join(', ');
  const was = given === '' ? 'there is no Content-Type' : `Content-Type is ${given}`;
  throw new ApiError(
    415,
    415,
    `HTTP 415 Unsupported Media Type: ${was}; this route takes ${wanted} in UTF-8.`,
  );
}

/** v2's clients expect its own JSON type on errors too, unless they ask for something else. */
function errorTypeOf(route: Pick<Route, 'dialect'>, request: Request): string {
  if (route.dialect === 'v3') return JSON_TYPE;
  return negotiate(request.headers.get('accept'), [V2_JSON, JSON_TYPE]) ?? JSON_TYPE;
}

/** Turns a route into Hono's handler: negotiation, parameters, errors and metrics, in one place for all. */
function handlerOf(route: Route, api: Api): (context: Context<HostEnv>) => Promise<Response> {
  const choose = memoize((accept: string | null) => negotiate(accept, route.produces));
  const principalOf = (request: Request, host: HostBindings): string | Promise<string> =>
    route.isPublic ? ANONYMOUS : (api.authenticator?.authenticate(request, host) ?? ANONYMOUS);
  const observe = api.metrics.route(route.method.toUpperCase(), route.path);

  return async (context) => {
    const startedAt = performance.now();
    const request = context.req.raw;
    let call: Call<Record<string, unknown>, Record<string, unknown>> | undefined;
    let response: Response;
    try {
      // A request that came without a host has no bindings at all, whatever Hono's types say.
      const host = context.env ?? {};
      const principal = await principalOf(request, host);
      const answerType = answerTypeOf(route, choose, request);
      const query = parseQuery(request.url, route.query);
      const params = context.req.param();
      call = new Call(api, request, host, {
        principal,
        params,
        query,
        answerType,
        bodyType: bodyTypeOf(route, request),
      });
      if (api.authorizer !== undefined && !route.isPublic)
        await demand(call, actionsOf(route.needs ?? UNSAID, params));
      response = await route.handle(call);
    } catch (error) {
      response = errorResponse(answerTo(error, api.onBug), errorTypeOf(route, request));
    }
    observe(response.status, (performance.now() - startedAt) / 1000, call?.bytesIn ?? 0, call?.bytesOut ?? 0);
    return response;
  };
}

/**
 * A route's path as Hono writes it. A colon within a segment (`offsets:fetch`) would begin a parameter there, so such a
 * segment is given as a pattern.
 */
function honoPath(path: string): string {
  const segments = path.split('/').map((segment) => {
    if (segment.startsWith('{')) return `:${segment.slice(1, -1)}`;
    return segment.includes(':') ? `:method{${segment}}` : segment;
  });
  return segments.join('/');
}

/** Adds routes to an app; a path that is known under another method answers 405. */
export function mount(app: Hono<HostEnv>, routes: readonly Route[], api: Api, prefix = ''): void {
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    const path = prefix + honoPath(route.path);
    app.on(route.method.toUpperCase(), path, handlerOf(route, api));
    methods.set(path, [...(methods.get(path) ?? []), route.method.toUpperCase()]);
  }
  for (const [path, allowed] of methods) {
    const allow = allowed.join(', ');
    const message = `HTTP 405 Method Not Allowed: this path takes ${allow}.`;
    app.all(path, () =>
      errorResponse({ status: 405, errorCode: 405, message, headers: { Allow: allow } }, JSON_TYPE),
    );
  }
}
