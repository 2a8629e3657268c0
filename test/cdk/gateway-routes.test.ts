import { expect, test, vi } from 'vitest';
import type { Route } from '../../lib/api/http/route.ts';
import { adminRoutes } from '../../lib/api/routes/admin.ts';
import { consumeRoutes } from '../../lib/api/routes/consume.ts';
import { fetchRoutes } from '../../lib/api/routes/fetch.ts';
import { produceRoutes } from '../../lib/api/routes/produce.ts';
import { type RouteSet, V3_PREFIXES } from '../../lib/api/routes/route-set.ts';
import {
  DEFAULT_FUNCTION,
  type FunctionName,
  type GatewayRoute,
  gatewayRoutes,
} from '../../lib/cdk/gateway-routes.ts';
import { SYNTH_MS, templateOf } from './synth.ts';

vi.setConfig({ testTimeout: SYNTH_MS });

const sets: Readonly<Record<FunctionName, RouteSet>> = {
  produce: produceRoutes,
  fetch: fetchRoutes,
  consume: consumeRoutes,
  admin: adminRoutes,
};

interface Served {
  readonly method: string;
  readonly path: string;
  readonly by: FunctionName;
}

const served: readonly Served[] = Object.entries(sets).flatMap(([name, { unversioned, v3 }]) => {
  const by = name as FunctionName;
  const under = (prefix: string, routes: readonly Route[]): Served[] =>
    routes.map(({ method, path }) => ({ method: method.toUpperCase(), path: prefix + path, by }));
  return [...under('', unversioned), ...V3_PREFIXES.flatMap((prefix) => under(prefix, v3))];
});

const segmentsOf = (path: string): string[] => path.split('/').slice(1);
const isGreedy = ({ path }: GatewayRoute): boolean => path.endsWith('+}');

function matches(route: GatewayRoute, method: string, path: string): boolean {
  if (route.method !== 'ANY' && route.method !== method) return false;
  const [wanted, given] = [segmentsOf(route.path), segmentsOf(path)];
  if (isGreedy(route) ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((segment, at) => segment.startsWith('{') || segment === given[at]);
}

/** As API Gateway chooses ("Routes for HTTP APIs"): a full match, then a greedy one, then `$default`. */
function functionFor(method: string, path: string): FunctionName {
  const found = gatewayRoutes.filter((route) => matches(route, method, path));
  return (found.find((route) => !isGreedy(route)) ?? found[0])?.function ?? DEFAULT_FUNCTION;
}

/** A path as a client sends it, with some name in the place of each parameter. */
const examplePath = (path: string): string => path.replace(/\{[^}]+\}/g, 'some-name');

test.each(served.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s lands at the function that serves it',
  (_, { method, path, by }) => {
    expect(functionFor(method, examplePath(path))).toBe(by);
  },
);

test('every route of the gateway leads to something', () => {
  const dead = gatewayRoutes.filter(
    (route) =>
      !served.some(
        ({ method, path, by }) => by === route.function && matches(route, method, examplePath(path)),
      ),
  );
  expect(dead).toEqual([]);
});

test('the template has these routes, each with the integration of its function, and $default', () => {
  const template = templateOf({});
  const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route'));
  const integrations = template.findResources('AWS::ApiGatewayV2::Integration');
  const functionOf = (target: { readonly 'Fn::Join': readonly [string, readonly unknown[]] }): string => {
    const reference = target['Fn::Join'][1].at(-1) as { readonly Ref: string };
    return JSON.stringify(integrations[reference.Ref]?.Properties.IntegrationUri);
  };
  const found = routes.map(({ Properties }) => [Properties.RouteKey, functionOf(Properties.Target)] as const);
  expect(new Map(found)).toEqual(
    new Map([
      ...gatewayRoutes.map(
        ({ method, path, function: name }) =>
          [`${method} ${path}`, expect.stringContaining(functionId(name))] as const,
      ),
      ['$default', expect.stringContaining(functionId('admin'))],
    ]),
  );
});

const functionId = (name: FunctionName): string => `Rivulet${name[0]?.toUpperCase()}${name.slice(1)}Function`;
