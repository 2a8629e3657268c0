import type { CommittedPartition } from '../../../../lib/group/codec/committed-offset.ts';
import type { Instant, Span, State } from './instants.ts';
import { valuesDuring } from './instants.ts';

/** All that ever stood in the item of a committed offset. */
export class OffsetRegister {
  readonly #states: State<CommittedPartition | undefined>[] = [];

  /** When the commit that stands there was put. */
  committedAt: Instant = 0;

  get standing(): CommittedPartition | undefined {
    return this.#states.at(-1)?.value;
  }

  put(value: CommittedPartition | undefined, at: Instant): void {
    if (value?.commit?.id !== this.standing?.commit?.id) this.committedAt = at;
    this.#states.push({ from: at, value });
  }

  during(span: Span): (CommittedPartition | undefined)[] {
    return valuesDuring(this.#states, span, undefined);
  }

  /** What was put while something went on. */
  putDuring({ begun, ended }: Span): (CommittedPartition | undefined)[] {
    return this.#states.filter(({ from }) => from > begun && from < ended).map(({ value }) => value);
  }
}
