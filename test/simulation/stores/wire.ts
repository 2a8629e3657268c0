/** What kind of request it is: faults differ. */
export type RequestKind =
  /** Changes nothing, so a failure of it is always "not done". */
  | 'read'
  | 'write'
  /** One append to one head: something below us may repeat it at once. */
  | 'append'
  /** The same, of idempotent batches: these are sent again without a fence, so an old one may be done long after. */
  | 'sequenced append'
  /** The same bytes under the same key may be put twice. */
  | 'put';

/** One request to a store: what it is called in faults and traces, and what it does there. */
export interface WireRequest<Result> {
  readonly operation: string;
  readonly kind: RequestKind;
  /** What a trace says of it. */
  readonly about: string;
  /** Done by the store, at once, when the request has reached it; perhaps more than once. */
  readonly work: () => Result;
  /** For requests that may be done twice: the same work on a copy of the caller's bytes as they are now. */
  readonly copy?: () => () => Result;
}

/** Between a process and its stores: every request goes through here, and may suffer on the way. */
export interface Wire {
  /** @throws NotDoneError, UnknownOutcomeError, and whatever `work` throws. */
  request<Result>(request: WireRequest<Result>): Promise<Result>;
}

/** Nothing happens on the way. */
export const directWire: Wire = { request: async ({ work }) => work() };
