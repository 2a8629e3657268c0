import { userPrincipal, whyNotPrincipalName } from '../../cluster/principal.ts';
import type { Authenticator } from './authenticator.ts';
import { principalOfClaim } from './principal-claim.ts';
import { REALM, unauthenticated } from './unauthenticated.ts';

export interface GatewayAuthenticatorOptions {
  /** The claim of a token that names its principal. @default sub */
  readonly principalClaim?: string;
}

/** SigV4 has no challenge of its own that is registered; its scheme's name says what is wanted. */
const CHALLENGE = `AWS4-HMAC-SHA256 realm="${REALM}", Bearer realm="${REALM}"`;

const refuse = (message: string) => unauthenticated(message, CHALLENGE);

/**
 * Takes whom the gateway in front of the API says it has checked. What a request can hold says nothing here: without a
 * caller that the host vouches for, it is nobody's.
 */
export function gatewayAuthenticator(options: GatewayAuthenticatorOptions = {}): Authenticator {
  const { principalClaim = 'sub' } = options;
  return {
    async authenticate(_request, { caller }) {
      if (caller === undefined) {
        throw refuse('This request did not come through a gateway that checks who sends it.');
      }
      if (caller.kind === 'iam') return principalOfArn(caller.arn);
      return principalOfClaim(caller.claims, principalClaim, (reason) =>
        refuse(`The token's claim "${principalClaim}" ${reason}.`),
      );
    },
  };
}

const ARN = /^arn:(?<partition>aws[a-z-]*):(?<service>iam|sts)::(?<account>\d{12}):(?<resource>[^:]+)$/;
const ASSUMED_ROLE = /^assumed-role\/(?<role>[^/]+)\/[^/]+$/;

/**
 * `User:` and the ARN. A role's session becomes the role, because rules are about who somebody is, and each session is
 * another (IAM User Guide, "IAM identifiers"). The role's path, which a session's ARN does not tell, is left out.
 */
function principalOfArn(arn: string): string {
  const { partition, account, resource = '' } = ARN.exec(arn)?.groups ?? {};
  const role = ASSUMED_ROLE.exec(resource)?.groups?.role;
  const name = role === undefined ? arn : `arn:${partition}:iam::${account}:role/${role}`;
  if (account === undefined || whyNotPrincipalName(name) !== undefined) {
    throw refuse('The gateway names a caller that is no user, role or account of IAM.');
  }
  return userPrincipal(name);
}
