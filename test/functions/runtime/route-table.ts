import { DEFAULT_FUNCTION, type FunctionName, gatewayRoutes } from '../../../lib/cdk/gateway-routes.ts';

export interface RouteMatch {
  readonly function: FunctionName;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface CompiledRoute {
  readonly method: string;
  readonly pattern: RegExp;
  readonly path: string;
  readonly function: FunctionName;
  /** API Gateway takes a full match before one that ends with `+`, and a method before ANY. */
  readonly rank: number;
}

const compiled: readonly CompiledRoute[] = gatewayRoutes
  .map(({ method, path, function: name }) => ({
    method,
    path,
    function: name,
    pattern: patternOf(path),
    rank: (path.endsWith('+}') ? 2 : 0) + (method === 'ANY' ? 1 : 0),
  }))
  .toSorted((a, b) => a.rank - b.rank);

function patternOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => {
    const parameter = /^\{(\w+)(\+?)\}$/.exec(segment);
    if (parameter === null) return segment.replace(/[.$+]/g, '\\$&');
    return parameter[2] === '+' ? `(?<${parameter[1]}>.+)` : `(?<${parameter[1]}>[^/]+)`;
  });
  return new RegExp(`^${segments.join('/')}$`);
}

/** Which function a request goes to, by the table of the deployed gateway. */
export function routeOf(method: string, path: string): RouteMatch {
  for (const route of compiled) {
    if (route.method !== 'ANY' && route.method !== method) continue;
    const match = route.pattern.exec(path);
    if (match === null) continue;
    const routeKey = `${route.method} ${route.path}`;
    return { function: route.function, routeKey, pathParameters: { ...match.groups } };
  }
  return { function: DEFAULT_FUNCTION, routeKey: '$default', pathParameters: {} };
}
