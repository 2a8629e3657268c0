import { setImmediate as loopTurn } from 'node:timers/promises';
import { Tracer } from '@aws-lambda-powertools/tracer';

export interface TracingOptions {
  /** The name of the deployment: the annotation `Service`. */
  readonly service: string;
  /** Which function of the deployment this is, for the names of subsegments. */
  readonly function: string;
  /** Name and message of something thrown, as they may be shown. */
  readonly describe: (thrown: unknown) => { readonly name: string; readonly message: string };
  /** Hears what goes wrong with a trace; requests do not. */
  readonly onError: (error: unknown) => void;
}

/** Powertools puts a cold start only on the segment that is current for everybody. */
class FunctionTracer extends Tracer {
  isFirstInvocation(): boolean {
    return this.getColdStart();
  }
}

type Subsegment = ReturnType<NonNullable<ReturnType<Tracer['getSegment']>>['addNewSubsegment']>;

/**
 * Puts what a function did for a request into the trace of its invocation: a subsegment below Lambda's own, in a datagram
 * to the X-Ray daemon that Lambda runs. It tells the function, the method, the status and what failed; no paths, headers
 * or bodies. Without a trace that is sampled, and outside of Lambda, it does nothing.
 *
 * Clients and `fetch` are not patched: the paths of their requests are keys of objects.
 */
export class Tracing {
  readonly #tracer: FunctionTracer;
  readonly #options: TracingOptions;
  #bug: unknown;

  constructor(options: TracingOptions) {
    this.#options = options;
    this.#tracer = new FunctionTracer({ serviceName: options.service, captureHTTPsRequests: false });
  }

  /** Tells of an error that the request under way gets 500 for. */
  bug(error: unknown): void {
    this.#bug = error;
  }

  /**
   * Does the work of a request in a subsegment of its own. One request at a time, as an invocation has one.
   *
   * @returns when the subsegment has left the process, which may be frozen then.
   * @throws what the work throws.
   */
  async request<Result extends { readonly statusCode: number }>(
    method: string,
    work: () => Promise<Result>,
  ): Promise<Result> {
    this.#bug = undefined;
    const subsegment = this.#attempt(() => this.#begin(method));
    if (subsegment === undefined) return work();
    let status = 500;
    try {
      const result = await work();
      status = result.statusCode;
      return result;
    } catch (error) {
      this.#bug = error;
      throw error;
    } finally {
      this.#attempt(() => this.#end(subsegment, status));
      // A socket is bound and written to in one turn of the loop, and closed in the next.
      await loopTurn();
      await loopTurn();
    }
  }

  #begin(method: string): Subsegment | undefined {
    // Asked for always: it is the first invocation that is cold, sampled or not.
    const isColdStart = this.#tracer.isFirstInvocation();
    if (!this.#tracer.isTraceSampled()) return undefined;
    const subsegment = this.#tracer.getSegment()?.addNewSubsegment(`${this.#options.function} ${method}`);
    subsegment?.addAnnotation('ColdStart', isColdStart);
    subsegment?.addAnnotation('Service', this.#options.service);
    return subsegment;
  }

  #end(subsegment: Subsegment, status: number): void {
    subsegment.addAnnotation('status', status);
    if (status === 429) subsegment.addThrottleFlag();
    if (status >= 400 && status < 500) subsegment.addErrorFlag();
    if (status >= 500) subsegment.addFaultFlag();
    if (status >= 500 && this.#bug !== undefined) {
      // Nothing else of an error: a stack names what was called.
      subsegment.addError(Object.assign(new Error(), this.#options.describe(this.#bug), { stack: '' }));
    }
    subsegment.close();
  }

  #attempt<Value>(work: () => Value): Value | undefined {
    try {
      return work();
    } catch (error) {
      this.#options.onError(error);
      return undefined;
    }
  }
}
