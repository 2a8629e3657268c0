/**
 * Bytes of UTF-8. A principal is part of keys of the metadata store (`requestKey`), where each of them may take three
 * of the 2,048 that DynamoDB has for a partition key.
 */
export const PRINCIPAL_NAME_BYTES_MAX = 512;

const USER = 'User:';
/** To rules, `User:*` is everybody. */
const EVERYBODY = '*';
const NOBODY_IN_PARTICULAR = 'ANONYMOUS';

/** What moves a terminal's cursor or breaks a line of a log: no name or text to be shown may have it. */
export const hasControlCharacters = (text: string): boolean => /[\p{Cc}\u2028\u2029]/u.test(text);

/**
 * Why this cannot be the name of somebody who has said who they are, or `undefined` when it can: names come from
 * tokens and requests, and end up in rules, keys and logs.
 */
export function whyNotPrincipalName(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (Buffer.byteLength(name) > PRINCIPAL_NAME_BYTES_MAX) {
    return `is longer than ${PRINCIPAL_NAME_BYTES_MAX} bytes`;
  }
  if (hasControlCharacters(name) || !name.isWellFormed()) return 'has control characters';
  if (name === EVERYBODY || name === NOBODY_IN_PARTICULAR) return `is ${name}, which is nobody in particular`;
  return undefined;
}

/** The principal of a name, as Kafka writes it. */
export const userPrincipal = (name: string): string => USER + name;

/** Why this is no principal, or `undefined` when it is one: `User:` and a name. */
export function whyNotPrincipal(principal: string): string | undefined {
  if (!principal.startsWith(USER)) return `does not begin with "${USER}"`;
  const reason = whyNotPrincipalName(principal.slice(USER.length));
  return reason === undefined ? undefined : `has a name that ${reason}`;
}
