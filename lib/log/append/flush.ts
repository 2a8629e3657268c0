import type { ObjectStore } from '../../storage/object-store.ts';
import { newAppendId } from '../append-id.ts';
import type { ObjectIds } from '../object-ids.ts';
import { buildIntake, headAppend, type Intake, sliceEntry } from './build-intake.ts';
import type { Departure } from './lane.ts';
import { planAppend } from './plan-append.ts';
import { type PrepareDeps, type PreparedPartition, preparePartition } from './prepare.ts';
import {
  type FlushSlice,
  giveBack,
  type SequencedSlice,
  type SettleDeps,
  settleSlice,
} from './settle-slice.ts';
import { uploadIntake } from './upload.ts';

export interface FlushDeps extends PrepareDeps, SettleDeps {
  readonly objects: ObjectStore;
  readonly objectIds: ObjectIds;
}

/** A slice, and where it begins in the intake. */
interface PlacedSlice {
  readonly slice: FlushSlice;
  readonly position: number;
}

/**
 * Appends what waits for some partitions: one intake object for all of them, durable before any head refers to it;
 * then, when the flushes `before` have sequenced theirs, one update a head. A slice whose partition still has
 * something in the air from an earlier flush goes back to stand behind that. Returns when the heads have answered; a
 * partition whose head gave no clear answer may finish later.
 *
 * Rejects only for a bug; what went wrong is told to each batch. `before` never rejects.
 */
export async function flush(
  deps: FlushDeps,
  work: readonly Departure[],
  before: Promise<unknown>,
): Promise<void> {
  const slices = await prepareAll(deps, work);
  if (slices.length === 0) return;
  let kept: KeptIntake;
  try {
    kept = await keepIntake(deps, slices);
  } catch (error) {
    return giveAllBack(deps, slices, error);
  }
  await before;
  const due: PlacedSlice[] = [];
  slices.forEach((slice, index) => {
    const { departure, plan } = slice;
    if (departure.isNext()) due.push({ slice, position: kept.positions[index] ?? 0 });
    else departure.finish([...plan.sharers, ...plan.deferred]);
  });
  if (due.length > 0) await sequence(deps, due, kept);
}

async function prepareAll(deps: FlushDeps, work: readonly Departure[]): Promise<FlushSlice[]> {
  const slices: FlushSlice[] = [];
  for (const departure of work) {
    const { partition, batches } = departure;
    try {
      const { head, plan } = await prepare(deps, departure);
      if (plan.accepted.length > 0) slices.push({ partition, head, plan, departure });
      else departure.finish(plan.deferred);
    } catch (error) {
      void giveBack(deps, departure, batches, error);
    }
  }
  return slices;
}

/** An attempt was planned by its owner, on a head of its own. */
async function prepare(deps: FlushDeps, departure: Departure): Promise<PreparedPartition> {
  const { partition, batches, attempt } = departure;
  if (attempt === undefined) return preparePartition(deps, partition, batches);
  return { head: attempt.head, plan: planAppend(batches, new Map()) };
}

/** An intake that is durable, or, when it goes inline, will be together with the heads. */
interface KeptIntake {
  readonly intake: Intake;
  /** Where each slice begins in it. */
  readonly positions: readonly number[];
  readonly inline: boolean;
}

async function keepIntake(deps: FlushDeps, slices: readonly FlushSlice[]): Promise<KeptIntake> {
  for (const { head } of slices) deps.objectIds.sawBarrier(head.barrier);
  const { intake, positions } = buildIntake(deps.objectIds.next(), slices);
  const inline = intake.length <= deps.metadata.inlineBytesMax;
  if (!inline) await upload(deps, slices, intake);
  return { intake, positions, inline };
}

async function upload(deps: FlushDeps, slices: readonly FlushSlice[], intake: Intake): Promise<void> {
  const { repeated } = await uploadIntake(deps.objects, deps.runtime, intake);
  if (!repeated) return;
  // An upload that was given up may still be reading the bytes: whatever is written from now on goes into copies.
  for (const { plan } of slices)
    for (const { batch } of plan.accepted) batch.bytes = new Uint8Array(batch.bytes);
}

/** Updates the heads, and settles those that answered with an append before it returns. */
async function sequence(
  deps: FlushDeps,
  due: readonly PlacedSlice[],
  { intake, inline }: KeptIntake,
): Promise<void> {
  const { objectId } = intake;
  let sequenced: SequencedSlice[];
  try {
    const planned = due.map(({ slice, position }) => {
      const entry = sliceEntry(slice, { objectId, inline, position });
      const appendId = slice.departure.attempt?.appendId ?? newAppendId(deps.runtime);
      return { slice, entry, append: headAppend(slice, entry, appendId) };
    });
    const outcomes = await deps.metadata.append({
      ...(inline && { intake: { objectId, data: Buffer.concat(intake.parts, intake.length) } }),
      appends: planned.map(({ append }) => append),
    });
    sequenced = planned.map((one, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined) throw new Error('a head gave no answer');
      return { ...one, outcome };
    });
  } catch (error) {
    const slices = due.map(({ slice }) => slice);
    return giveAllBack(deps, slices, error);
  }
  const settling = sequenced.map((one) => ({ one, settled: settleSlice(deps, one) }));
  // Whoever comes next in a partition has to find that its turn has come. The others take their time.
  await Promise.all(settling.filter(({ one }) => isDone(one)).map(({ settled }) => settled));
}

const isDone = ({ outcome }: SequencedSlice): boolean => outcome.kind === 'done';

/** No head was touched: the intake, if it is there, is garbage. */
function giveAllBack(deps: FlushDeps, slices: readonly FlushSlice[], error: unknown): void {
  for (const { departure, plan } of slices)
    void giveBack(deps, departure, plan.sharers, error, plan.deferred);
}
