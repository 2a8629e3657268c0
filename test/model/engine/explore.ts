import { Violation } from '../checks/violation.ts';
import type { Configuration } from './configuration.ts';
import { type GlobalState, keyOf, type Transition } from './global-state.ts';
import { Machine, type Step } from './machine.ts';
import type { StoreState } from './store-state.ts';
import type * as Subject from './subject.ts';

export interface ExploreOptions {
  readonly statesMax: number;
}

export interface Exploration {
  /** `whole`: every state was looked at, and nothing is wrong in any. */
  readonly kind: 'whole' | 'cut' | 'broken';
  readonly states: number;
  /** States of the stores, and nodes of processes, among them. */
  readonly stores: number;
  readonly nodes: number;
  /** Transitions from the beginning to the farthest state. */
  readonly depth: number;
  /** The stores at the beginning. */
  readonly begin: StoreState;
  readonly violation?: { readonly message: string; readonly steps: readonly Step[] };
}

/** One state that was found, by the transition that led to it from the one before. */
interface Found {
  readonly state: GlobalState;
  readonly index: number;
}

/** Looks at every state that can come about, the nearest first, so that the first violation has a shortest trace. */
export async function explore(
  subject: typeof Subject,
  configuration: Configuration,
  { statesMax }: ExploreOptions,
): Promise<Exploration> {
  const machine = new Machine(subject, configuration);
  const parents: number[] = [-1];
  const choices: number[] = [-1];
  const first = await machine.begin();
  const seen = new Set([keyOf(first)]);
  let level: Found[] = [{ state: first, index: 0 }];
  let depth = 0;
  const result = (kind: Exploration['kind']) => {
    const begin = machine.stores.state(first.stores);
    return {
      kind,
      states: seen.size,
      stores: machine.stores.size,
      nodes: machine.processes.size,
      depth,
      begin,
    };
  };
  for (; level.length > 0; depth += 1) {
    const nextLevel: Found[] = [];
    for (const { state, index } of level) {
      for (const [choice, transition] of machine.transitions(state).entries()) {
        let next: GlobalState;
        try {
          next = await machine.next(state, transition);
        } catch (error) {
          if (!(error instanceof Violation)) throw error;
          const chosen = [...choicesTo(index, parents, choices), choice];
          const violation = { message: error.message, steps: await retrace(machine, chosen) };
          return { ...result('broken'), depth: depth + 1, violation };
        }
        const key = keyOf(next);
        if (seen.has(key)) continue;
        seen.add(key);
        nextLevel.push({ state: next, index: parents.length });
        parents.push(index);
        choices.push(choice);
        if (seen.size >= statesMax) return result('cut');
      }
    }
    level = nextLevel;
  }
  return { ...result('whole'), depth: depth - 1 };
}

function choicesTo(index: number, parents: readonly number[], choices: readonly number[]): number[] {
  const chosen: number[] = [];
  for (let at = index; at > 0; at = parents[at] ?? 0) chosen.push(choices[at] ?? 0);
  return chosen.reverse();
}

/** Goes the same way once more, and writes down each step. */
async function retrace(machine: Machine, chosen: readonly number[]): Promise<Step[]> {
  const steps: Step[] = [];
  let state = await machine.begin();
  for (const choice of chosen) {
    const transition: Transition | undefined = machine.transitions(state)[choice];
    if (transition === undefined) throw new Error('the way cannot be found again');
    try {
      state = await machine.next(state, transition, (step) => steps.push(step));
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
    }
  }
  return steps;
}
