import { userPrincipal, whyNotPrincipalName } from '../../cluster/principal.ts';

/**
 * The principal that a claim of a token names: `User:` and its text.
 *
 * @param refuse Makes the error for a claim that is no name; the reason is a clause, as `is empty`.
 */
export function principalOfClaim(
  claims: Readonly<Record<string, unknown>>,
  claim: string,
  refuse: (reason: string) => Error,
): string {
  const name = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  if (typeof name !== 'string') throw refuse('is not there, or is no text');
  const reason = whyNotPrincipalName(name);
  if (reason !== undefined) throw refuse(reason);
  return userPrincipal(name);
}
