/** A count that grows with everything that is written down, so that what came before what can be told. */
export type Instant = number;

export const NEVER: Instant = Number.POSITIVE_INFINITY;

export class Instants {
  #count = 0;

  next(): Instant {
    this.#count += 1;
    return this.#count;
  }
}

/** From when something was begun to when it was done. */
export interface Span {
  readonly begun: Instant;
  readonly ended: Instant;
}

/** What something was from one instant on, until the next that stands in the list. */
export interface State<Value> {
  readonly from: Instant;
  readonly value: Value;
}

/** All that it was at some moment of a span. */
export function valuesDuring<Value>(
  states: readonly State<Value>[],
  { begun, ended }: Span,
  before: Value,
): Value[] {
  const during: Value[] = [];
  for (let at = states.length - 1; at >= 0; at -= 1) {
    const state = states[at];
    if (state === undefined || state.from > ended) continue;
    during.push(state.value);
    if (state.from <= begun) return during;
  }
  return [...during, before];
}
