import type { RequestRecord } from './request-record.ts';

export type StandingDecision =
  /** It is the one that this very call put: its answer was lost. */
  | 'own'
  /** Its time is over: it counts as absent, and is replaced. */
  | 'expired'
  | 'otherRequest'
  /** The same request came before: its offsets are the answer, or, where there are none, whoever comes takes it over. */
  | 'repeat';

/** What a record that stands under a key means to a request that wanted to put `own` there. */
export function decideStanding(
  standing: RequestRecord,
  own: Pick<RequestRecord, 'id' | 'hash'>,
  nowMs: number,
): StandingDecision {
  if (standing.id === own.id) return 'own';
  if (nowMs >= standing.expiresAtMs) return 'expired';
  return standing.hash === own.hash ? 'repeat' : 'otherRequest';
}
