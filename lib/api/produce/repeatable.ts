import { createHash } from 'node:crypto';
import { KafkaError } from '../../kafka/errors.ts';
import type { PartitionLogs, RepeatableOutcome, RequestName } from '../../log/types.ts';
import type { Attributes } from '../../storage/item.ts';
import type { Broker } from '../broker.ts';
import { ApiError, idempotencyKeyReused } from '../errors/api-error.ts';
import type { Call } from '../http/call.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';

/** A request that its caller may repeat. */
export interface Repeatable {
  readonly name: RequestName;
  /** The same for a repeat, and for nothing else: of what is asked for, and of all bytes of the body. */
  readonly hash: string;
  readonly keepMs: number;
}

/**
 * What a request's Idempotency-Key says, if it has one. What makes it another request: its dialect, what its path names,
 * its content type, any byte of its body.
 *
 * @throws ApiError 400.
 */
export function repeatableOf(
  call: Call<object, unknown>,
  dialect: string,
  body: Uint8Array,
): Repeatable | undefined {
  const idempotencyKey = idempotencyKeyOf(call.request);
  if (idempotencyKey === undefined) return undefined;
  const asked = JSON.stringify([dialect, call.params, call.bodyType]);
  const hash = createHash('sha256').update(`${asked}\n`).update(body).digest('base64url');
  const keepMs = call.api.broker.config['idempotency.key.retention.ms'];
  return { name: { principal: call.principal, idempotencyKey }, hash, keepMs };
}

type Placed = Extract<RepeatableOutcome, { kind: 'placed' }>;

/**
 * Appends once, by the plan of whoever came first. When that fails before anything was begun, it may be because the
 * topic or its configs are not any more what they were for the first: then its outcome is the answer all the same.
 *
 * @throws ApiError 422; what `plan` throws; KafkaErrors of `appendOnce`.
 */
export async function appendOnce<Plan extends Attributes & { readonly topicId: string }>(
  { logs }: Broker,
  repeatable: Repeatable,
  plan: () => Promise<Plan>,
  batches: (plan: Plan) => ReadonlyMap<number, readonly Uint8Array[]>,
): Promise<Placed & { readonly plan: Plan }> {
  let outcome: RepeatableOutcome;
  try {
    const own = await plan();
    const { topicId } = own;
    outcome = await logs.appendOnce({
      ...repeatable,
      topicId,
      plan: own,
      batches: (kept) => batches(kept as Plan),
    });
  } catch (error) {
    const isExpected = error instanceof KafkaError || error instanceof ApiError;
    const earlier = isExpected ? await earlierOutcome(logs, repeatable) : undefined;
    if (earlier === undefined) throw error;
    outcome = earlier;
  }
  if (outcome.kind === 'otherRequest') throw idempotencyKeyReused();
  return outcome as Placed & { readonly plan: Plan };
}

/** Where the store cannot be asked, what went wrong before is the better answer. */
async function earlierOutcome(
  logs: PartitionLogs,
  { name, hash }: Repeatable,
): Promise<RepeatableOutcome | undefined> {
  try {
    return await logs.earlierOutcome(name, hash);
  } catch (error) {
    if (error instanceof KafkaError) return undefined;
    throw error;
  }
}
