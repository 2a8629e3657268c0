/**
 * Who a gateway in front of the API says is calling, after it has checked that. It comes from the host alone, never
 * from what a request can hold.
 */
export type Caller =
  /** Signed with SigV4. `arn` is that of the user, or of the role's session. */
  | { readonly kind: 'iam'; readonly arn: string }
  /** Sent a JSON Web Token (RFC 7519), whose signature, issuer, audience and times were checked. */
  | { readonly kind: 'jwt'; readonly claims: Readonly<Record<string, unknown>> };
