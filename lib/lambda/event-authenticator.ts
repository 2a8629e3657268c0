import type { Authenticator } from '../api/auth/authenticator.ts';
import { gatewayAuthenticator } from '../api/auth/gateway-authenticator.ts';
import type { OpenBroker } from '../api/open-broker.ts';
import { type Runtime, systemRuntime } from '../log/runtime.ts';
import type { Environment } from './environment.ts';

/**
 * Finds out who calls a function behind API Gateway. Signatures and tokens were checked by the gateway, which says in
 * the event whose they are; API keys are ours to check.
 */
export async function eventAuthenticator(
  { auth, jwtPrincipalClaim }: Environment,
  { apiKeys }: OpenBroker,
  runtime: Runtime = systemRuntime,
): Promise<Authenticator> {
  if (auth !== 'api-keys') return gatewayAuthenticator({ principalClaim: jwtPrincipalClaim });
  // Where others check, nobody pays for reading it.
  const { apiKeyAuthenticator } = await import('../api/auth/api-key-authenticator.ts');
  return apiKeyAuthenticator({
    apiKeys,
    monotonicMs: () => runtime.monotonicMs(),
    randomBytes: (bytes) => runtime.randomBytes(bytes),
  });
}
