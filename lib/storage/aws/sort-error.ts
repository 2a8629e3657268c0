import { NotDoneError, RefusedError, type StoreError, UnknownOutcomeError } from '../errors.ts';
import {
  BY_CANCELLATION,
  BY_CODE,
  BY_MESSAGE,
  BY_NAME,
  byStatus,
  CONNECTING,
  OTHER,
  OTHER_CANCELLATION,
  type Rule,
} from './error-table.ts';

/** What came of one attempt: the store's error, and whether a short wait and the same call may mend it. */
export interface SortedError {
  readonly error: StoreError;
  readonly busy: boolean;
}

/**
 * What stood where a condition did not hold, as the service gave it: one for each op of a transaction, one for a
 * single write. `undefined`: nothing stood there, or that op's condition held.
 */
export type RefusedItems = readonly (unknown | undefined)[];

/**
 * Sorts whatever an AWS client raised by the one table.
 * @param thing names the table or the bucket, and begins the error's sentence.
 */
export function sortError(thing: string, access: 'read' | 'write', cause: unknown): SortedError {
  const rule = ruleOf(cause);
  const message = `${thing} ${rule.says} (${detailOf(cause)})`;
  return { error: toStoreError(rule, access, message, cause), busy: rule.busy === true };
}

function toStoreError(rule: Rule, access: 'read' | 'write', message: string, cause: unknown): StoreError {
  if (rule.write === 'refused') return new RefusedError(message, refusedItems(cause));
  if (rule.write === 'notDone' || access === 'read') {
    const { retriable, throttled = false } = rule;
    return new NotDoneError(message, { retriable, throttled, cause });
  }
  return new UnknownOutcomeError(message, { cause });
}

function ruleOf(cause: unknown): Rule {
  if (!(cause instanceof Error)) return OTHER;
  const byCode = BY_CODE.get(codeOf(cause) ?? '');
  if (byCode?.write === 'notDone') return byCode;
  if (isConnecting(cause)) return CONNECTING;
  if (cause.name === 'TransactionCanceledException') return cancellationRule(reasonsOf(cause));
  const byMessage = BY_MESSAGE.find(
    ({ name, message }) => name === cause.name && message.test(cause.message),
  );
  return byMessage?.rule ?? byCode ?? BY_NAME.get(cause.name) ?? byStatus(statusOf(cause)) ?? OTHER;
}

/** A condition that did not hold decides; else the reason that lasts longest. */
function cancellationRule(reasons: readonly Reason[]): Rule {
  const rules = reasons
    .filter(({ Code }) => Code !== undefined && Code !== 'None')
    .map(({ Code }) => BY_CANCELLATION.get(Code ?? '') ?? OTHER_CANCELLATION);
  const refusal = rules.find((rule) => rule.write === 'refused');
  return refusal ?? rules.find((rule) => !rule.retriable) ?? rules[0] ?? OTHER_CANCELLATION;
}

/** Raised by the system call that connects or resolves, by every one of several, or by the SDK's own timer for it. */
function isConnecting(cause: Error): boolean {
  if (cause instanceof AggregateError && cause.errors.length > 0) {
    return cause.errors.every((each) => each instanceof Error && isConnecting(each));
  }
  const syscall = 'syscall' in cause ? cause.syscall : undefined;
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  return cause.name === 'TimeoutError' && cause.message.includes('did not establish a connection');
}

interface Reason {
  readonly Code?: string;
  readonly Item?: unknown;
}

function reasonsOf(cause: Error): readonly Reason[] {
  return 'CancellationReasons' in cause && Array.isArray(cause.CancellationReasons)
    ? (cause.CancellationReasons as readonly Reason[])
    : [];
}

function refusedItems(cause: unknown): RefusedItems {
  if (!(cause instanceof Error)) return [];
  if (cause.name === 'TransactionCanceledException') return reasonsOf(cause).map(({ Item }) => Item);
  return ['Item' in cause ? cause.Item : undefined];
}

function codeOf(cause: Error): string | undefined {
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

function statusOf(cause: Error): number {
  const metadata = '$metadata' in cause ? cause.$metadata : undefined;
  const isObject = typeof metadata === 'object' && metadata !== null;
  const status = isObject && 'httpStatusCode' in metadata ? metadata.httpStatusCode : undefined;
  return typeof status === 'number' ? status : 0;
}

function detailOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // Its further lines quote the request, signed headers included.
  const [line = ''] = cause.message.split('\n', 1);
  const message = line || codeOf(cause) || 'no message';
  return message.startsWith(cause.name) ? message : `${cause.name}: ${message}`;
}
