/**
 * A pattern, and for whom it is matched, as a key of a map: the same pattern leads different principals to different
 * topics.
 */
export type PatternKey = string & { readonly brand: 'PatternKey' };

/** A pattern of a subscription, in RE2's syntax. */
export interface SubscribedPattern {
  readonly pattern: string;
  /** Absent where it leads to every topic that it matches. */
  readonly principal?: string | undefined;
}

export const toPatternKey = ({ pattern, principal }: SubscribedPattern): PatternKey =>
  JSON.stringify(principal === undefined ? [pattern] : [pattern, principal]) as PatternKey;

/** The key of what a subscription leads to by pattern; `undefined` when it has none. */
export const patternKeyOf = ({
  pattern,
  principal,
}: Pick<SubscribedPattern, 'principal'> & { readonly pattern: string | undefined }):
  | PatternKey
  | undefined => (pattern === undefined ? undefined : toPatternKey({ pattern, principal }));

export function fromPatternKey(key: PatternKey): SubscribedPattern {
  const [pattern, principal] = JSON.parse(key) as [string, string?];
  return { pattern, ...(principal !== undefined && { principal }) };
}
