import { type LogView, viewLog } from '../checks/log-view.ts';
import { Violation } from '../checks/violation.ts';
import { applyCall } from './apply-call.ts';
import type { Answer, StoreCall } from './calls.ts';
import { Numbered } from './canonical.ts';
import { type StoreState, textOf } from './store-state.ts';
import type * as Subject from './subject.ts';

/** What a call comes to in a state of the stores, all by their numbers. */
export interface Effect {
  readonly stores: number;
  readonly answer: number;
}

/** Every state that the stores were in, each looked at once, and what calls did to it, each tried once. */
export class StoresSeen {
  readonly answers = new Numbered<Answer>();
  readonly unknown: number;
  readonly #subject: typeof Subject;
  readonly #states = new Numbered<StoreState>();
  readonly #views: LogView[] = [];
  readonly #effects = new Map<number, Effect>();

  constructor(subject: typeof Subject) {
    this.#subject = subject;
    this.unknown = this.answers.numberOf({ kind: 'unknown' });
  }

  get size(): number {
    return this.#states.size;
  }

  state(stores: number): StoreState {
    return this.#states.at(stores);
  }

  /** What the log says there. */
  view(stores: number): LogView {
    const view = this.#views[stores];
    if (view === undefined) throw new RangeError(`nobody looked at stores ${stores}`);
    return view;
  }

  async add(state: StoreState): Promise<number> {
    const stores = this.#states.numberOf(state, textOf(state));
    this.#views[stores] ??= await viewLog(this.#subject, this.#states.at(stores));
    return stores;
  }

  /** @throws Violation when an assertion of a head operation fires. */
  async apply(stores: number, callNumber: number, call: StoreCall): Promise<Effect> {
    const key = callNumber * CALLS_MAX + stores;
    const known = this.#effects.get(key);
    if (known !== undefined) return known;
    const { state, answer } = this.#tryCall(stores, call);
    const effect = { stores: await this.add(state), answer: this.answers.numberOf(answer) };
    this.#effects.set(key, effect);
    return effect;
  }

  known(stores: number, callNumber: number): Effect | undefined {
    return this.#effects.get(callNumber * CALLS_MAX + stores);
  }

  #tryCall(stores: number, call: StoreCall) {
    try {
      return applyCall(this.#subject, this.#states.at(stores), call);
    } catch (error) {
      throw new Violation(`an assertion fires: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** So that two numbers make one; nothing here comes near. */
const CALLS_MAX = 2 ** 26;
