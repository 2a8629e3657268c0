import type { Catalog } from '../catalog.ts';

/** What decisions on a group go by, beside the group itself. */
export interface DecideContext {
  /** Milliseconds since 1970, by the clock of whoever decides. */
  readonly nowMs: number;
  readonly limits: MembershipLimits;
  /** The topics that there are, where somebody has looked; without it the group's own knowledge has to do. */
  readonly catalog: Catalog | undefined;
  /** An earlier write of the same requests may have been done: what they would change may be as they would make it. */
  readonly mayBeOwn: boolean;
}

export interface MembershipLimits {
  readonly heartbeatIntervalMs: number;
  /** Of members that name none of their own. */
  readonly sessionTimeoutMs: number;
  readonly membersMax: number;
}
