/** Requests carry a JSON Web Token (RFC 7519) as `Authorization: Bearer`. */
export interface JwtAuthentication {
  /**
   * Who signs the tokens: their `iss`, an https URL under which `/.well-known/openid-configuration` is found.
   */
  readonly issuer: string;
  /** Whom the tokens are for: their `aud` (or `client_id`, where there is none). */
  readonly audience: string;
  /**
   * The claim that names the principal.
   *
   * @default 'sub'
   */
  readonly principalClaim?: string;
}

/**
 * How the API learns whose request it is.
 *
 * - `'iam'`: requests are signed with SigV4, and AWS checks them before any function runs.
 * - `'api-keys'`: requests carry a key and its secret as HTTP Basic, and the functions check them.
 * - a {@link JwtAuthentication}: requests carry a token.
 */
export type Authentication = 'iam' | 'api-keys' | JwtAuthentication;

/** What the functions are told. */
export function authenticationMode(authentication: Authentication): 'iam' | 'api-keys' | 'jwt' {
  return typeof authentication === 'string' ? authentication : 'jwt';
}
