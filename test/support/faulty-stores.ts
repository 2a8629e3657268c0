import assert from 'node:assert/strict';
import type { Stores } from '../../lib/storage/embedded.ts';
import { NotDoneError, StoreError, UnknownOutcomeError } from '../../lib/storage/errors.ts';
import type { AppendFlush, AppendOutcome, MetadataStore } from '../../lib/storage/metadata-store.ts';
import type { ObjectStore } from '../../lib/storage/object-store.ts';

/** What becomes of one call. */
export type Fault =
  /** Nothing is written; the same call may succeed in a moment. */
  | 'notDone'
  /** Nothing is written, and somebody must act first. */
  | 'notDoneForGood'
  /** No answer, and it is never done. */
  | 'lost'
  /** It is done, and no answer comes. */
  | 'answerLost'
  /** No answer, and it is done later: when the test releases it. */
  | 'late'
  /** It is done, and done once more when the test releases it. */
  | 'twice';

export type Operation =
  | `objects.${keyof ObjectStore}`
  | `metadata.${keyof MetadataStore}`
  | 'metadata.intake';

const READS: readonly string[] = ['get', 'getMany', 'getHead', 'getHeads', 'query', 'list'];
/** Faults that a read cannot have: it writes nothing, so whatever befalls it, it was not done. */
const UNKNOWN: readonly Fault[] = ['lost', 'answerLost', 'late', 'twice'];

/**
 * Decides which calls fail, and how. `metadata.append` is asked once a head, as each is decided for itself;
 * `metadata.intake` once a flush: when that fails, no head is touched.
 */
export class Faults {
  /** Asked for every call that no fault was ordered for. */
  choose: (operation: Operation) => Fault | undefined = () => undefined;
  readonly #ordered = new Map<Operation, (Fault | 'none')[]>();
  readonly #before = new Map<Operation, (() => Promise<unknown>)[]>();
  #late: (() => Promise<unknown>)[] = [];

  /** The next calls of this operation have these fates, one each. */
  order(operation: Operation, ...fates: (Fault | 'none')[]): void {
    this.#ordered.set(operation, [...(this.#ordered.get(operation) ?? []), ...fates]);
  }

  /** Runs before the next call of this operation (its first, where a call is asked for several heads). */
  before(operation: Operation, work: () => Promise<unknown>): void {
    this.#before.set(operation, [...(this.#before.get(operation) ?? []), work]);
  }

  /** Holds the next call of this operation back. */
  hold(operation: Operation): { readonly arrived: Promise<void>; readonly release: () => void } {
    const arrived = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    this.before(operation, () => {
      arrived.resolve();
      return released.promise;
    });
    return { arrived: arrived.promise, release: released.resolve };
  }

  get lateCalls(): number {
    return this.#late.length;
  }

  /** Does what is late, in its order, and gives what each call came to. */
  async releaseLate(): Promise<unknown[]> {
    const late = this.#late;
    this.#late = [];
    const outcomes: unknown[] = [];
    for (const work of late) outcomes.push(await work().catch((error: unknown) => error));
    return outcomes;
  }

  async beforeCall(operation: Operation): Promise<void> {
    await this.#before.get(operation)?.shift()?.();
  }

  fateOf(operation: Operation): Fault | undefined {
    const ordered = this.#ordered.get(operation)?.shift();
    const fault = ordered === undefined ? this.choose(operation) : ordered === 'none' ? undefined : ordered;
    const isRead = READS.includes(operation.split('.')[1] ?? '');
    assert(!(isRead && fault !== undefined && UNKNOWN.includes(fault)), `${operation} cannot be ${fault}`);
    return fault;
  }

  /** Gives the call its fate. @throws StoreError */
  async suffer<Result>(
    operation: Operation,
    fault: Fault | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> {
    switch (fault) {
      case undefined:
        return work();
      case 'notDone':
        throw new NotDoneError(`${operation} was throttled`, { retriable: true });
      case 'notDoneForGood':
        throw new NotDoneError(`${operation} failed: the disk is full`, { retriable: false });
      case 'lost':
        break;
      case 'answerLost':
        await work();
        break;
      case 'late':
        this.#late.push(work);
        break;
      case 'twice': {
        const result = await work();
        this.#late.push(work);
        return result;
      }
    }
    throw new UnknownOutcomeError(`${operation} gave no answer`);
  }
}

/** The same two stores, whose calls suffer the faults that the test chooses. Closing them is left to their owner. */
export function faultyStores(stores: Stores, faults: Faults): Stores {
  return {
    objects: faulty('objects', stores.objects, faults),
    metadata: faultyMetadata(stores.metadata, faults),
    close: async () => undefined,
  };
}

function faultyMetadata(store: MetadataStore, faults: Faults): MetadataStore {
  const wrapped = faulty('metadata', store, faults);
  return new Proxy(wrapped, {
    get: (target, property) =>
      property === 'append'
        ? (flush: AppendFlush) => faultyAppend(store, flush, faults)
        : Reflect.get(target, property),
  });
}

/** Any store whose methods all return promises. */
function faulty<Store extends object>(name: 'objects' | 'metadata', store: Store, faults: Faults): Store {
  return new Proxy(store, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const operation = `${name}.${String(property)}` as Operation;
      return async (...args: unknown[]) => {
        await faults.beforeCall(operation);
        const fate = faults.fateOf(operation);
        // What is late may still be reading its caller's bytes; what is done twice was sent as it was.
        const given = fate === 'twice' ? structuredClone(args) : args;
        return faults.suffer(operation, fate, () => Reflect.apply(value, target, given));
      };
    },
  });
}

/**
 * As DynamoDB does it: the intake first, then each head for itself. A head's update that is done later brings the
 * intake along, for no head ever refers to one that is not there.
 */
async function faultyAppend(
  store: MetadataStore,
  flush: AppendFlush,
  faults: Faults,
): Promise<AppendOutcome[]> {
  await faults.beforeCall('metadata.intake');
  await faults.suffer('metadata.intake', faults.fateOf('metadata.intake'), async () => undefined);
  await faults.beforeCall('metadata.append');
  const fates = flush.appends.map(() => faults.fateOf('metadata.append'));
  if (fates.every((fate) => fate === undefined)) return store.append(flush);
  const outcomes: AppendOutcome[] = [];
  for (const [index, append] of flush.appends.entries()) {
    const one = async (): Promise<AppendOutcome> => {
      const [outcome] = await store.append({ ...flush, appends: [append] });
      assert(outcome !== undefined, 'a head gave no answer');
      return outcome;
    };
    outcomes.push(await faults.suffer('metadata.append', fates[index], one).catch(asOutcome));
  }
  return outcomes;
}

function asOutcome(error: unknown): NotDoneError | UnknownOutcomeError {
  if (error instanceof NotDoneError || error instanceof UnknownOutcomeError) return error;
  assert(!(error instanceof StoreError), 'no head operation is refused by an error');
  throw error;
}
