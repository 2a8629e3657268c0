import type { RequestKind } from '../stores/wire.ts';
import type { CommonStory } from '../story/common-story.ts';
import { freezeMs, type Weather } from '../story/weather.ts';
import { type Chance, chanceOf } from './chance.ts';

/** What goes wrong with one request to a store. */
export type Fault =
  /** Nothing is written, and the caller hears it: throttled, or no connection. */
  | 'throttled'
  /** Nothing is written, and somebody must act first. */
  | 'denied'
  /** The connection is reset before the request has arrived: the caller cannot tell. */
  | 'lost'
  /** It is done, and the answer is a 503 or a reset. */
  | 'answer lost'
  /** The caller gives up; the request is done later, up to many minutes after. */
  | 'late'
  /** It is done, and done again later (puts of objects). */
  | 'twice'
  /** It is done twice at once by something below us, and the second answer comes back (appends). */
  | 'repeated';

/** The process stops for a while, or for good. */
export type Stop =
  | { readonly kind: 'freezes'; readonly when: 'before it sends' | 'after the answer'; readonly ms: number }
  | { readonly kind: 'crashes'; readonly when: 'before it sends' | 'after the answer' };

export interface Fate {
  readonly fault: Fault | undefined;
  readonly stop: Stop | undefined;
  /** On the way to the store, and back. */
  readonly toMs: number;
  readonly backMs: number;
  /** How long the process waits for an answer that does not come. */
  readonly givesUpAfterMs: number;
  /** How much later it is done, when it is done late or twice. */
  readonly laterMs: number;
}

type FaultsOfKinds = Record<RequestKind, readonly Fault[]>;

const APPEND_FAULTS = ['throttled', 'lost', 'answer lost', 'late', 'late', 'repeated', 'denied'] as const;
const FAULTS: FaultsOfKinds = {
  read: ['throttled'],
  write: ['throttled', 'lost', 'answer lost', 'answer lost', 'late'],
  append: APPEND_FAULTS,
  'sequenced append': APPEND_FAULTS,
  put: ['throttled', 'lost', 'answer lost', 'late', 'twice', 'denied'],
};

/** In times when nothing worse happens than answers that do not come, nobody has to act. */
const NO_ANSWER = ['lost', 'answer lost', 'late'] as const;
const MILD_FAULTS: FaultsOfKinds = {
  read: ['throttled'],
  write: NO_ANSWER,
  append: NO_ANSWER,
  'sequenced append': NO_ANSWER,
  put: ['throttled', ...NO_ANSWER, 'twice'],
};

const FORGETFUL_FAULTS: FaultsOfKinds = {
  read: [],
  write: ['answer lost'],
  append: ['answer lost'],
  'sequenced append': ['answer lost'],
  put: ['answer lost'],
};

const GIVES_UP_AFTER_MAX_MS = 5_000;
const LATER_MAX_MS = 15 * 60_000;

/** Names one request of a run: the same one whatever happens beside it. */
export interface RequestName {
  readonly process: string;
  readonly operation: string;
  /** Counts the requests of this process and operation from 0. */
  readonly nth: number;
}

export const requestName = ({ process, operation, nth }: RequestName): string =>
  `${process} ${operation} #${nth}`;

/** What happens to a request on its way. It depends on seed and name only, so that leaving one out spares the rest. */
export function fateOf(
  { seed, paceMs }: Pick<CommonStory, 'seed' | 'paceMs'>,
  weather: Weather,
  name: RequestName,
  kind: RequestKind,
): Fate {
  const chance = chanceOf(seed, requestName(name));
  const faults = faultsIn(weather);
  const rate = name.operation.startsWith('objects.') ? weather.objectFaults : weather.metadataFaults;
  const isSlow = chance.happens(weather.slow);
  return {
    toMs: isSlow ? chance.spread(50, 4_000) : chance.whole(1, 6),
    backMs: chance.whole(1, 6),
    givesUpAfterMs: Math.min(5 * paceMs, GIVES_UP_AFTER_MAX_MS),
    laterMs: Math.min(chance.spread(5 * paceMs, 500 * paceMs), LATER_MAX_MS),
    fault: chance.happens(rate) ? chance.pickAny(faults[kind]) : lateness(chance, weather, kind),
    stop: stopOf(chance, weather, paceMs),
  };
}

function faultsIn({ isOnlyForgetful, isMild }: Weather): FaultsOfKinds {
  if (isOnlyForgetful) return FORGETFUL_FAULTS;
  return isMild ? MILD_FAULTS : FAULTS;
}

function lateness(chance: Chance, { late }: Weather, kind: RequestKind): Fault | undefined {
  const rate = kind === 'sequenced append' ? late : kind === 'write' ? late / 3 : 0;
  return chance.happens(rate) ? 'late' : undefined;
}

function stopOf(chance: Chance, weather: Weather, paceMs: number): Stop | undefined {
  const when = chance.pick<Stop['when']>(['before it sends', 'after the answer']);
  if (chance.happens(weather.crashes)) return { kind: 'crashes', when };
  if (!chance.happens(weather.freezes)) return undefined;
  return { kind: 'freezes', when, ms: freezeMs(chance, paceMs) };
}
