/** The functions behind the gateway, each with a role of its own. */
export type FunctionName = 'produce' | 'fetch' | 'consume' | 'admin';

export interface GatewayRoute {
  readonly method: 'GET' | 'POST' | 'ANY';
  /** With parameters in braces; one that ends with `+` holds all that follows. */
  readonly path: string;
  readonly function: FunctionName;
}

/**
 * Which function answers what. API Gateway takes the route that says most about a request (method and path, then a path
 * that ends with `+`), and for what no route names, its `$default`: {@link DEFAULT_FUNCTION}.
 */
export const gatewayRoutes: readonly GatewayRoute[] = [
  { method: 'POST', path: '/topics/{topic}', function: 'produce' },
  { method: 'POST', path: '/topics/{topic}/partitions/{partition}', function: 'produce' },
  { method: 'POST', path: '/producers', function: 'produce' },
  { method: 'POST', path: '/v3/clusters/{cluster_id}/topics/{topic_name}/records', function: 'produce' },
  {
    method: 'POST',
    path: '/kafka/v3/clusters/{cluster_id}/topics/{topic_name}/records',
    function: 'produce',
  },

  { method: 'GET', path: '/topics/{topic}/partitions/{partition}/records', function: 'fetch' },
  { method: 'GET', path: '/topics/{topic}/partitions/{partition}/offsets', function: 'fetch' },

  { method: 'ANY', path: '/consumers/{proxy+}', function: 'consume' },
  { method: 'POST', path: '/groups/{group}/heartbeat', function: 'consume' },
  { method: 'POST', path: '/groups/{group}/offsets', function: 'consume' },
  { method: 'POST', path: '/groups/{group}/offsets:fetch', function: 'consume' },
];

/** Answers what no route names: metadata, administration, and 404 and 405 for the rest. */
export const DEFAULT_FUNCTION: FunctionName = 'admin';
