import { apiKeyAuthenticator } from '../api/auth/api-key-authenticator.ts';
import type { Authenticator } from '../api/auth/authenticator.ts';
import { checkIssuer } from '../api/auth/check-issuer.ts';
import { jwtAuthenticator } from '../api/auth/jwt-authenticator.ts';
import type { OpenBroker } from '../api/open-broker.ts';
import { type Runtime, systemRuntime } from '../log/runtime.ts';
import { type Environment, EnvironmentError } from './environment.ts';

/** Finds out who calls a Web Function, once its broker is open. */
export type WebAuthenticator = (broker: OpenBroker) => Authenticator;

interface WebAuthenticatorOptions {
  readonly environment: Environment;
  readonly runtime?: Runtime | undefined;
  readonly onError: (error: unknown) => void;
}

/**
 * How a Web Function finds out who calls it. API keys and tokens it checks itself: its endpoint lets everybody through.
 *
 * With IAM, the endpoint lets through whoever may invoke it. It does not tell who that was: the headers that it adds
 * are `lambda-web-request-id`, `lambda-web-endpoint-name` and `x-forwarded-for`. So all of them are one principal.
 *
 * @throws EnvironmentError when tokens are to be checked and it is not said whose, or the issuer can be none.
 */
export function webAuthenticator({
  environment,
  runtime,
  onError,
}: WebAuthenticatorOptions): WebAuthenticator {
  const { monotonicMs, nowMs, randomBytes } = runtime ?? systemRuntime;
  switch (environment.auth) {
    case 'iam':
      return () => ({ authenticate: async () => environment.iamPrincipal });
    case 'api-keys':
      return ({ apiKeys }) => apiKeyAuthenticator({ apiKeys, monotonicMs, randomBytes });
    case 'jwt': {
      const { jwt, jwtPrincipalClaim: principalClaim } = environment;
      if (jwt === undefined)
        throw new EnvironmentError(
          'RIVULET_JWT_ISSUER is missing: a Web Function checks tokens itself. Set it and RIVULET_JWT_AUDIENCE.',
        );
      checkJwtIssuer(jwt.issuer);
      const authenticator = jwtAuthenticator({ ...jwt, principalClaim, nowMs, onError });
      return () => authenticator;
    }
  }
}

/** @throws EnvironmentError */
function checkJwtIssuer(issuer: string): void {
  try {
    checkIssuer(issuer);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new EnvironmentError(`RIVULET_JWT_ISSUER cannot be ${issuer}. ${error.message}.`);
  }
}
