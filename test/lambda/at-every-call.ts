import type { Stop } from '../simulation/world/fates.ts';
import type { FreezingOptions } from './freezing-world.ts';

/** What came of one invocation that was frozen. */
export interface Frozen {
  /** How many calls to the stores it made, until it was frozen. */
  readonly calls: number;
  readonly problems: readonly string[];
}

export const moments: readonly Stop['when'][] = ['before it sends', 'after the answer'];

/**
 * Freezes an invocation at its first call to a store, in another run at its second, and so on to its last; every other
 * time the environment's monotonic clock stands still meanwhile.
 *
 * @returns what broke, a sentence each.
 */
export async function atEveryCall(
  when: Stop['when'],
  freeze: (options: Pick<FreezingOptions, 'freezeAt' | 'clockStopsInFreeze'>) => Promise<Frozen>,
): Promise<string[]> {
  const broken: string[] = [];
  for (let call = 0; ; call += 1) {
    const freezeAt = { call, when };
    const { calls, problems } = await freeze({ freezeAt, clockStopsInFreeze: call % 2 === 0 });
    broken.push(...problems.map((problem) => `frozen at call ${call}: ${problem}`));
    if (calls > call) continue;
    if (calls === 0) broken.push('it made no call to a store');
    return broken;
  }
}
