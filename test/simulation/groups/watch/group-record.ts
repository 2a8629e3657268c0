import type { CommittedPartition } from '../../../../lib/group/codec/committed-offset.ts';
import type { Group } from '../../../../lib/group/group.ts';
import { checkAsked } from './check-asked.ts';
import { checkChange } from './check-change.ts';
import { checkStickiness, checkTargets } from './check-targets.ts';
import type { Instant, Span, State } from './instants.ts';
import { valuesDuring } from './instants.ts';
import { OffsetRegister } from './offset-register.ts';
import { type EndedTenure, Ownership } from './ownership.ts';
import type { Part } from './part.ts';
import { Progress } from './progress.ts';
import { Sayings } from './sayings.ts';

/** All that ever stood in the store of one group, and what its members did. */
export class GroupRecord {
  readonly groupId: string;
  /** How often it began a new epoch. */
  rebalances = 0;
  readonly sayings = new Sayings();
  readonly #states: State<Group | undefined>[] = [];
  readonly #ownerships = new Map<string, Ownership>();
  readonly #registers = new Map<Part, OffsetRegister>();
  readonly #progress = new Map<Part, Progress>();
  /** The highest assignment epoch whose owner was told an offset, by generation and partition. */
  readonly #shown = new Map<string, number>();
  readonly #problem: (fact: string) => void;

  constructor(groupId: string, problem: (fact: string) => void) {
    this.groupId = groupId;
    this.#problem = (fact) => problem(`${fact} (group ${groupId})`);
  }

  get group(): Group | undefined {
    return this.#states.at(-1)?.value;
  }

  /** @returns the tenures that have ended. */
  putGroup(group: Group | undefined, at: Instant): readonly EndedTenure[] {
    const { value: before, from: since = 0 } = this.#states.at(-1) ?? {};
    this.#states.push({ from: at, value: group });
    if (group === undefined) {
      if (before !== undefined && before.members.size > 0)
        this.problem(`deletion: the group was deleted while it had ${before.members.size} members`);
      return before === undefined ? [] : this.ownership(before.generation).observe(undefined, at);
    }
    checkChange(before, group, this.#problem);
    const isOtherEpoch = before?.generation !== group.generation || before.epoch !== group.epoch;
    if (isOtherEpoch) checkTargets(group, this.#problem);
    if (before?.generation === group.generation) {
      this.rebalances += group.epoch - before.epoch;
      checkStickiness(before, group, this.#problem);
    }
    checkAsked(this.sayings, before, group, since, this.#problem);
    return this.ownership(group.generation).observe(group, at);
  }

  problem(fact: string): void {
    this.#problem(fact);
  }

  groupsDuring(span: Span): (Group | undefined)[] {
    return valuesDuring(this.#states, span, undefined);
  }

  ownership(generation: string): Ownership {
    return getOrMake(this.#ownerships, generation, () => new Ownership(this.#problem));
  }

  register(part: Part): OffsetRegister {
    return getOrMake(this.#registers, part, () => new OffsetRegister());
  }

  progress(part: Part): Progress {
    return getOrMake(this.#progress, part, () => new Progress());
  }

  /** An owner was told an offset: from now on no former owner may move it. */
  show(generation: string, part: Part, epoch: number): void {
    this.#shown.set(`${generation} ${part}`, Math.max(this.shown(generation, part), epoch));
  }

  shown(generation: string, part: Part): number {
    return this.#shown.get(`${generation} ${part}`) ?? 0;
  }

  /** What counts as committed of what stands there. */
  committed(part: Part): CommittedPartition | undefined {
    const standing = this.register(part).standing;
    return standing?.generation === this.group?.generation ? standing : undefined;
  }
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
