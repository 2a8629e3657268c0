import type { HostBindings } from '../host.ts';

/** Who has not said who they are, as Kafka names them. */
export const ANONYMOUS = 'User:ANONYMOUS';

/** Finds out whose request it is. */
export interface Authenticator {
  /**
   * @returns the principal, as Kafka writes it: `User:` and a name.
   * @throws ApiError 401 with `WWW-Authenticate`, when the request does not prove who sends it.
   */
  authenticate(request: Request, host: HostBindings): Promise<string>;
  /** The keys of `Broker.apiKeys` prove who sends a request, so it makes sense to make some. @default they do not */
  readonly acceptsApiKeys?: true;
}
