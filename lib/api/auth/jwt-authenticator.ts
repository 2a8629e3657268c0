import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Authenticator } from './authenticator.ts';
import { issuerKeys } from './issuer-keys.ts';
import { principalOfClaim } from './principal-claim.ts';
import { REALM, unauthenticated } from './unauthenticated.ts';

export interface JwtAuthenticatorOptions {
  /** Who signs tokens, as they say in `iss`; its OpenID configuration tells with which keys. */
  readonly issuer: string;
  /** For whom tokens have to be: one of those in `aud`. */
  readonly audience: string;
  /** The claim that names the principal. @default sub */
  readonly principalClaim?: string;
  /** Milliseconds since 1970. @default Date.now */
  readonly nowMs?: () => number;
  /** Hears why the issuer's keys could not be read. @default a warning of the process */
  readonly onError?: (error: unknown) => void;
}

const warn = (error: unknown): void => process.emitWarning(error instanceof Error ? error : String(error));

/**
 * Signatures that only the issuer can make (RFC 7518, RFC 8037, RFC 9864). Never `none`; never one of a shared secret,
 * for which a published key could be taken.
 */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** How far the issuer's clock and ours may be apart. */
const CLOCK_TOLERANCE_S = 30;
/** RFC 6750 §2.1. */
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/** RFC 6750 §3.1: a request without a token is told what is wanted, and no error. */
const missing = () =>
  unauthenticated(
    'This request needs a token of its issuer: Authorization: Bearer <token>.',
    `Bearer realm="${REALM}"`,
  );

/** @param reason ASCII without quotes and backslashes, as RFC 6750 §3 demands of `error_description`. */
const invalid = (reason: string) =>
  unauthenticated(
    `The token is not accepted: ${reason}.`,
    `Bearer realm="${REALM}", error="invalid_token", error_description="${reason}"`,
  );

/**
 * Takes JSON Web Tokens (RFC 7519) as Bearer tokens (RFC 6750), for hosts that have no gateway in front of them which
 * does that. Signature, issuer, audience and times are checked as such a gateway would.
 *
 * @throws TypeError when the issuer is no https URL (or http on this machine).
 */
export function jwtAuthenticator(options: JwtAuthenticatorOptions): Authenticator {
  const { issuer, audience, principalClaim = 'sub', nowMs = Date.now, onError = warn } = options;
  const keys = issuerKeys(issuer, onError);
  const checks = {
    issuer,
    algorithms: ALGORITHMS,
    requiredClaims: ['exp'],
    clockTolerance: CLOCK_TOLERANCE_S,
  };
  return {
    async authenticate(request) {
      const header = request.headers.get('authorization');
      if (header === null) throw missing();
      const token = BEARER.exec(header)?.[1];
      if (token === undefined) throw missing();
      const payload = await verified(() =>
        jwtVerify(token, keys, { ...checks, currentDate: new Date(nowMs()) }),
      );
      if (!isFor(payload, audience)) throw invalid('it is for another audience');
      return principalOfClaim(payload, principalClaim, () =>
        invalid('the claim that has to name its principal does not'),
      );
    },
  };
}

/** @throws ApiError 401 for whatever is wrong with the token. */
async function verified(verify: () => Promise<{ payload: JWTPayload }>): Promise<JWTPayload> {
  try {
    return (await verify()).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw invalid('it has expired');
    if (error instanceof errors.JWTClaimValidationFailed) throw invalid(ofClaim(error.claim));
    // Everything else that jose finds is about how the token is written or signed.
    if (error instanceof errors.JOSEError) throw invalid('it is not signed by its issuer');
    throw error;
  }
}

function ofClaim(claim: string): string {
  if (claim === 'iss') return 'it is of another issuer';
  if (claim === 'nbf') return 'its time has not come yet';
  if (claim === 'exp') return 'it does not say when it expires';
  return 'a claim of it is not what it has to be';
}

/**
 * As API Gateway's JWT authorizers decide: a token without `aud` counts as one for its `client_id`, because Amazon
 * Cognito's access tokens have that instead ("Control access to HTTP APIs with JWT authorizers").
 */
function isFor({ aud, client_id: clientId }: JWTPayload, audience: string): boolean {
  if (aud === undefined) return clientId === audience;
  return Array.isArray(aud) ? aud.includes(audience) : aud === audience;
}
