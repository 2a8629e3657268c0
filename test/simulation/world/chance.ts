import { seededRandom } from '../../support/random.ts';

/** Draws that a seed repeats. */
export class Chance {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** Between `min` and `max`, small numbers as often as large ones: as often from 1 to 10 as from 10 to 100. */
  spread(min: number, max: number): number {
    return Math.round(min * (max / min) ** this.next());
  }

  happens(rate: number): boolean {
    return this.next() < rate;
  }

  pick<Each>(from: readonly [Each, ...Each[]]): Each {
    return this.pickAny(from) ?? from[0];
  }

  /** `undefined` only where there is nothing to pick from. */
  pickAny<Each>(from: readonly Each[]): Each | undefined {
    return from[Math.floor(this.next() * from.length)];
  }
}

/** The chance of one named thing: it draws the same, whatever else happens or is left out. */
export function chanceOf(seed: number, name: string): Chance {
  let hash = seed ^ 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return new Chance(hash ^ (hash >>> 15));
}
