import { findLie } from '../checks/check-told.ts';
import { Violation } from '../checks/violation.ts';
import { type Answer, canBeLate, type Operation, type StoreCall } from './calls.ts';
import type { Configuration } from './configuration.ts';
import type { GlobalState, Happening, Transition } from './global-state.ts';
import { type NumberedCall, type ProcessNode, ProcessTree } from './process-tree.ts';
import { setUp } from './set-up.ts';
import { StoresSeen } from './stores-seen.ts';
import type * as Subject from './subject.ts';

/** One call, and what came of it. */
export interface Step {
  /** `undefined` for a call that nobody waits for. */
  readonly process: number | undefined;
  readonly call: StoreCall;
  readonly outcome: 'answered' | 'unanswered' | 'repeated' | 'late';
  readonly answer: Answer;
  readonly node: ProcessNode | undefined;
}

/**
 * Calls that are done as soon as they are asked for, unless the configuration says otherwise. What the stores are
 * before such a call is checked all the same: the process may die there.
 */
const AT_ONCE: readonly Operation[] = ['putObject', 'getObject'];

/** All that can happen under a configuration, step by step. */
export class Machine {
  readonly stores: StoresSeen;
  readonly processes: ProcessTree;
  readonly #configuration: Configuration;
  readonly #subject: typeof Subject;

  constructor(subject: typeof Subject, configuration: Configuration) {
    this.#subject = subject;
    this.#configuration = configuration;
    this.stores = new StoresSeen(subject);
    this.processes = new ProcessTree(subject, configuration.scripts);
  }

  async begin(): Promise<GlobalState> {
    const { before, scripts } = this.#configuration;
    const stores = await this.stores.add(await setUp(this.#subject, before));
    const nodes = await Promise.all(scripts.map((_, process) => this.processes.root(process)));
    const state = { stores, nodes: nodes.map(({ id }) => id), underWay: [], late: 0, repeats: 0 };
    this.#check(state);
    return state;
  }

  /** What can happen in a state, always in the same order. */
  transitions({ nodes, underWay, late, repeats }: GlobalState): Transition[] {
    const { lateMax, repeatsMax = 0 } = this.#configuration;
    const transitions: Transition[] = [];
    nodes.forEach((id, process) => {
      for (const { place, request } of this.processes.node(id).calls) {
        transitions.push({ kind: 'answered', process, place });
        if (!canBeLate(request)) continue;
        if (late < lateMax) transitions.push({ kind: 'unanswered', process, place });
        if (repeats < repeatsMax) transitions.push({ kind: 'repeated', process, place });
      }
    });
    for (const call of new Set(underWay)) transitions.push({ kind: 'arrives', call });
    return transitions;
  }

  /**
   * The state after a transition; `onStep` hears of each call in it.
   * @throws Violation when a promise is broken on the way.
   */
  async next(
    state: GlobalState,
    transition: Transition,
    onStep?: (step: Step) => void,
  ): Promise<GlobalState> {
    if (transition.kind === 'arrives') return this.#arrive(state, transition.call, onStep);
    if (transition.kind === 'repeated') return this.#repeat(state, transition, onStep);
    let after = await this.#step(state, transition, onStep);
    for (;;) {
      const { calls } = this.#node(after, transition.process);
      const atOnce = calls.find(({ request }) => AT_ONCE.includes(request.operation));
      if (atOnce === undefined || this.#configuration.putsTakeTime) return after;
      after = await this.#step(after, { ...transition, kind: 'answered', place: atOnce.place }, onStep);
    }
  }

  async #arrive(state: GlobalState, number: number, onStep?: (step: Step) => void): Promise<GlobalState> {
    const call = this.processes.calls.at(number);
    const effect =
      this.stores.known(state.stores, number) ?? (await this.stores.apply(state.stores, number, call));
    const after = { ...state, stores: effect.stores, underWay: without(state.underWay, number) };
    const answer = this.stores.answers.at(effect.answer);
    onStep?.({ process: undefined, call, outcome: 'late', answer, node: undefined });
    this.#check(after, state);
    return after;
  }

  #repeat(state: GlobalState, { process, place }: Happening, onStep?: (step: Step) => void): GlobalState {
    const call = this.#call(state, process, place);
    const answer = this.stores.answers.at(this.stores.unknown);
    onStep?.({
      process,
      call: this.processes.calls.at(call.number),
      outcome: 'repeated',
      answer,
      node: undefined,
    });
    return { ...state, underWay: withOne(state.underWay, call.number), repeats: state.repeats + 1 };
  }

  async #step(
    state: GlobalState,
    { kind, process, place }: Happening,
    onStep?: (step: Step) => void,
  ): Promise<GlobalState> {
    const { id } = this.#node(state, process);
    const { number, request } = this.#call(state, process, place);
    const { stores, answer } =
      kind === 'unanswered'
        ? { stores: state.stores, answer: this.stores.unknown }
        : (this.stores.known(state.stores, number) ??
          (await this.stores.apply(state.stores, number, request)));
    const told = this.stores.answers.at(answer);
    const node =
      this.processes.known(id, place, answer) ??
      (await this.processes.after(id, { place, answer: told }, answer));
    const after = {
      stores,
      nodes: state.nodes.with(process, node.id),
      underWay: kind === 'answered' ? state.underWay : withOne(state.underWay, number),
      late: state.late + (kind === 'unanswered' ? 1 : 0),
      repeats: state.repeats,
    };
    onStep?.({ process, call: this.processes.calls.at(number), outcome: kind, answer: told, node });
    this.#check(after, state);
    return after;
  }

  #node({ nodes }: GlobalState, process: number): ProcessNode {
    const id = nodes[process];
    if (id === undefined) throw new RangeError(`there is no process ${process}`);
    return this.processes.node(id);
  }

  #call(state: GlobalState, process: number, place: number): NumberedCall {
    const call = this.#node(state, process).calls.find((one) => one.place === place);
    if (call === undefined) throw new RangeError(`process ${process} does not ask for ${place}`);
    return call;
  }

  /** @throws Violation */
  #check({ stores, nodes }: GlobalState, before?: GlobalState): void {
    const { values, broken } = this.stores.view(stores);
    if (broken !== undefined) throw new Violation(broken);
    if (before !== undefined && before.stores !== stores) {
      const was = this.stores.view(before.stores).values;
      if (!was.every((value, offset) => values[offset] === value)) {
        throw new Violation(`I1: the log was "${was.join(' ')}" and is "${values.join(' ')}"`);
      }
    }
    for (const id of nodes) {
      const { told, thrown } = this.processes.node(id);
      if (thrown !== undefined) throw new Violation(`an assertion fires: ${String(thrown)}`);
      const lie = findLie(told, values);
      if (lie !== undefined) throw new Violation(lie);
    }
  }
}

const withOne = (numbers: readonly number[], number: number): readonly number[] =>
  [...numbers, number].sort((a, b) => a - b);

function without(numbers: readonly number[], number: number): readonly number[] {
  return numbers.toSpliced(numbers.indexOf(number), 1);
}
