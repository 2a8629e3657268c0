/** A fact that must hold, or the benchmark measures something else than it says. */
export function assert(fact: boolean, message: string): asserts fact {
  if (!fact) throw new Error(message);
}
