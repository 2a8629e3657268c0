import type { SimulatedWorld } from './simulated-world.ts';

/** Runs until all of the work is done. Troubles end when only they keep it from ending. */
export async function allOf(
  world: Pick<SimulatedWorld<unknown>, 'scheduler' | 'problem'>,
  work: readonly Promise<void>[],
): Promise<void> {
  let left = work.length;
  let failure: { readonly error: unknown } | undefined;
  for (const each of work) {
    each.then(
      () => {
        left -= 1;
      },
      (error: unknown) => {
        failure = { error };
      },
    );
  }
  await world.scheduler.run(() => left === 0 || failure !== undefined);
  if (failure !== undefined) throw failure.error;
  if (left > 0) world.problem(`${left} of ${work.length} actors wait for what never comes`);
}
