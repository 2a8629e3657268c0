import { NotDoneError, StoreError, UnknownOutcomeError } from '../../../lib/storage/errors.ts';
import { describeAnswer } from '../stores/simulated-metadata-store.ts';
import type { Wire, WireRequest } from '../stores/wire.ts';
import { type Fate, type RequestName, requestName } from './fates.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { Trace } from './trace.ts';

export interface FaultyWireDeps {
  readonly scheduler: Scheduler;
  readonly trace: Trace | undefined;
  /** Hears of what nobody expected. */
  readonly problem: (fact: string) => void;
  readonly fateOf: (name: RequestName, kind: WireRequest<unknown>['kind']) => Fate;
  /** Does what may take long, or come late. */
  readonly later: (ms: number, arrive: () => void) => void;
  /** Whether processes do not stop any more, whatever was to come. */
  readonly isStopOver: () => boolean;
}

type Answer<Result> = { readonly result: Result } | { readonly error: unknown };

/** The way between one process and the stores. */
export class FaultyWire implements Wire {
  readonly #process: SimulatedProcess;
  readonly #deps: FaultyWireDeps;
  readonly #counts = new Map<string, number>();

  constructor(process: SimulatedProcess, deps: FaultyWireDeps) {
    this.#process = process;
    this.#deps = deps;
  }

  request<Result>(request: WireRequest<Result>): Promise<Result> {
    const { operation, kind } = request;
    const nth = this.#counts.get(operation) ?? 0;
    this.#counts.set(operation, nth + 1);
    const name = { process: this.#process.name, operation, nth };
    const fate = this.#deps.fateOf(name, kind);
    this.#deps.trace?.(requestName(name), request.about);
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const answer = (what: Answer<Result>): void => {
      if (fate.stop?.when === 'after the answer') this.#stop(fate);
      this.#process.deliver(() => {
        this.#deps.trace?.(requestName(name), `-> ${describeAnswer(content(what))}`);
        if ('error' in what) reject(what.error);
        else resolve(what.result);
      });
    };
    if (fate.stop?.when !== 'before it sends') {
      this.#send(request, name, fate, answer);
      return promise;
    }
    this.#stop(fate);
    this.#process.deliver(() => this.#send(request, name, fate, answer));
    return promise;
  }

  #stop({ stop }: Fate): void {
    if (this.#deps.isStopOver()) return;
    if (stop?.kind === 'crashes') this.#process.crash();
    else if (stop?.kind === 'freezes') this.#process.freeze(stop.ms);
  }

  /** From here on the request is on its way, whatever becomes of the process. */
  #send<Result>(
    request: WireRequest<Result>,
    name: RequestName,
    { fault, toMs, backMs, givesUpAfterMs, laterMs }: Fate,
    answer: (what: Answer<Result>) => void,
  ): void {
    const { scheduler, later } = this.#deps;
    const arrive = (note: string, work = request.work): Answer<Result> =>
      this.#arrive(request, name, note, work);
    const unknown = (): Answer<Result> => ({
      error: new UnknownOutcomeError(`${request.operation} gave no answer`),
    });
    switch (fault) {
      case undefined:
        later(toMs, () => {
          const what = arrive('');
          scheduler.after(backMs, () => answer(what));
        });
        return;
      case 'throttled':
      case 'denied': {
        const retriable = fault === 'throttled';
        const error = new NotDoneError(`${request.operation} was ${fault}`, { retriable });
        later(toMs + backMs, () => answer({ error }));
        return;
      }
      case 'lost':
        later(toMs + backMs, () => answer(unknown()));
        return;
      case 'answer lost':
        later(toMs, () => {
          arrive('answer lost: ');
          scheduler.after(backMs, () => answer(unknown()));
        });
        return;
      case 'late':
        scheduler.after(givesUpAfterMs, () => answer(unknown()));
        later(givesUpAfterMs + laterMs, () => arrive('late: '));
        return;
      case 'twice': {
        const copy = request.copy?.();
        later(toMs, () => {
          const what = arrive('');
          scheduler.after(backMs, () => answer(what));
        });
        later(toMs + laterMs, () => arrive('again: ', copy));
        return;
      }
      case 'repeated':
        later(toMs, () => {
          arrive('first of two: ');
          const what = arrive('second of two: ');
          scheduler.after(backMs, () => answer(what));
        });
    }
  }

  /** The store does it. What it throws but errors of stores are assertions: bugs, also when nobody hears of it. */
  #arrive<Result>(
    { operation, kind }: WireRequest<Result>,
    name: RequestName,
    note: string,
    work: () => Result,
  ): Answer<Result> {
    const what = attempt(work);
    if ('error' in what && !(what.error instanceof StoreError)) {
      this.#deps.problem(`${operation} hit an assertion of the store: ${String(what.error)}`);
    }
    const says = kind === 'read' ? 'reads' : describeAnswer(content(what));
    this.#deps.trace?.(`  the store, for ${requestName(name)}`, `${note}${says}`);
    return what;
  }
}

const content = (answer: Answer<unknown>): unknown => ('error' in answer ? answer.error : answer.result);

function attempt<Result>(work: () => Result): Answer<Result> {
  try {
    return { result: work() };
  } catch (error) {
    return { error };
  }
}
