import { NotDoneError, RefusedError, StoreError } from '../../storage/errors.ts';
import type { Condition, Item } from '../../storage/item.ts';
import { requestKey } from '../../storage/keys.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { assertInvariant } from '../invariant.ts';
import { retryRepeatable } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import type { RequestName } from '../types.ts';
import { decideStanding, type StandingDecision } from './decide-standing.ts';
import { decodeRequestRecord, encodeRequestRecord, type RequestRecord } from './request-record.ts';

export interface KeptRequestsDeps {
  readonly metadata: MetadataStore;
  readonly runtime: Runtime;
}

export interface Begun {
  readonly kind: 'begun' | Exclude<StandingDecision, 'own' | 'expired'>;
  /** What stands under the key now. */
  readonly record: RequestRecord;
}

/** Each lost race means that somebody else changed the item. */
const RACES_MAX = 10;

/**
 * Puts a request's record under its key, if none is there or its time is over; from then on the request is begun, and
 * whoever repeats it finds how. Sending the put again is safe: under one absence or version it lands once, and the record
 * tells whose it is.
 *
 * @throws StoreErrors; nothing of the request was appended then.
 */
export async function begin(deps: KeptRequestsDeps, name: RequestName, own: RequestRecord): Promise<Begun> {
  let condition: Condition = 'absent';
  for (let race = 0; race < RACES_MAX; race += 1) {
    const standing = await putUnder(deps, name, own, condition);
    if (standing === 'done') return { kind: 'begun', record: own };
    if (standing === undefined) {
      condition = 'absent';
      continue;
    }
    const record = decodeRequestRecord(standing.attributes);
    const decision = decideStanding(record, own, deps.runtime.nowMs());
    if (decision === 'own') return { kind: 'begun', record };
    if (decision !== 'expired') return { kind: decision, record };
    condition = { version: standing.version };
  }
  throw new NotDoneError('too many requests came under one idempotency key at once', { retriable: true });
}

/** What was kept of an earlier request, unless its time is over. */
export async function find(
  { metadata, runtime }: KeptRequestsDeps,
  name: RequestName,
): Promise<RequestRecord | undefined> {
  const item = await retryRepeatable(runtime, () => metadata.get(keyOf(name)));
  const record = item && decodeRequestRecord(item.attributes);
  return record === undefined || runtime.nowMs() >= record.expiresAtMs ? undefined : record;
}

/**
 * Keeps the offsets of a request of which everything stands. Whoever comes first writes them; all find the same. A
 * store that fails now does not matter: a repeat would look for them in the log.
 */
export async function finish(
  deps: KeptRequestsDeps,
  name: RequestName,
  record: RequestRecord,
  offsets: NonNullable<RequestRecord['offsets']>,
): Promise<void> {
  try {
    for (let race = 0; race < RACES_MAX; race += 1) {
      const item = await retryRepeatable(deps.runtime, () => deps.metadata.get(keyOf(name)));
      const standing = item && decodeRequestRecord(item.attributes);
      if (item === undefined || standing?.id !== record.id) return; // its time is over
      if (standing.offsets !== undefined) return assertSame(standing.offsets, offsets);
      const seen = { version: item.version };
      if ((await putUnder(deps, name, { ...record, offsets }, seen)) === 'done') return;
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

function assertSame(
  kept: NonNullable<RequestRecord['offsets']>,
  found: NonNullable<RequestRecord['offsets']>,
): void {
  const isSame = kept.length === found.length && kept.every((offset, index) => offset === found[index]);
  assertInvariant('I2', isSame, `a request stands at ${kept}, and at ${found}`);
}

/** `done`, or what stands there instead. */
async function putUnder(
  { metadata, runtime }: KeptRequestsDeps,
  name: RequestName,
  record: RequestRecord,
  condition: Condition,
): Promise<'done' | Item | undefined> {
  const attributes = encodeRequestRecord(record);
  try {
    await retryRepeatable(runtime, () =>
      metadata.write([{ kind: 'put', key: keyOf(name), attributes, condition }]),
    );
    return 'done';
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const [standing] = error.current as readonly (Item | undefined)[];
    return standing;
  }
}

const keyOf = ({ principal, idempotencyKey }: RequestName) => requestKey(principal, idempotencyKey);
