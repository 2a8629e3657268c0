/** A commit that a member sent. Times are milliseconds of one clock. */
export interface SentCommit {
  /** Its metadata: nobody else's is the same. */
  readonly name: string;
  readonly offset: number;
  readonly sentMs: number;
  /** Absent while there is no answer. */
  answeredMs?: number;
  outcome: 'unknown' | 'done' | 'refused';
}

/** What a group has committed for a partition, as somebody was told. */
export interface Told {
  readonly offset: number | null;
  readonly metadata: string;
  readonly askedMs: number;
  readonly answeredMs: number;
}

/** A member's time with a partition, from when it heard of it. */
export interface Holding {
  readonly memberId: string;
  readonly partition: number;
  /** Of the member when it heard: the next one to hold the partition has a greater one. */
  readonly memberEpoch: number;
  readonly commits: SentCommit[];
  /** How far the group had come, told as to its owner: from here on, its commits alone count. */
  begin?: Told;
  /** The same, later. */
  readonly looks: Told[];
}

/**
 * What is wrong with a partition's commits (I8). Owners come one after the other, and each begins where the one before it
 * had come to: with the last of its commits that was acknowledged, or one of unknown fate, or where it had begun itself.
 *
 * @param last What stands there in the end.
 */
export function checkHoldings(holdings: readonly Holding[], last: Told): string[] {
  const problems: string[] = [];
  const begun = holdings
    .filter((each) => each.begin !== undefined)
    .toSorted((a, b) => a.memberEpoch - b.memberEpoch);
  for (const [index, holding] of begun.entries()) {
    const next = begun[index + 1];
    if (next?.memberEpoch === holding.memberEpoch)
      problems.push(`two owners at one epoch: ${nameOf(holding)}, ${nameOf(next)}`);
    for (const look of [...holding.looks, next?.begin ?? last]) {
      if (isAllowed(holding, look)) continue;
      problems.push(
        `${next === undefined ? 'the end' : nameOf(next)} finds ${look.offset} (${look.metadata}) of ${describe(holding)}`,
      );
    }
    if (next === undefined) continue;
    const late = holding.commits.find(
      ({ outcome, sentMs }) => outcome === 'done' && sentMs > (next.begin?.answeredMs ?? sentMs),
    );
    if (late !== undefined)
      problems.push(`${nameOf(holding)} committed ${late.offset} after ${nameOf(next)} had begun`);
  }
  const [first] = begun;
  if (first !== undefined && first.begin?.offset !== null)
    problems.push(`${nameOf(first)} begins at ${first.begin?.offset}, which nobody committed`);
  return problems;
}

/** Whether this may be what its owner, and nobody else, has left there by the time that somebody looks. */
function isAllowed({ begin, commits }: Holding, look: Told): boolean {
  const asked = commits.filter(({ sentMs }) => sentMs <= look.answeredMs);
  const done = asked.filter(({ outcome }) => outcome === 'done');
  const found = asked.find(({ name }) => name === look.metadata);
  const foundAnsweredMs = found?.outcome === 'done' ? found.answeredMs : undefined;
  if (found === undefined) {
    const isUntouched = !done.some(({ answeredMs = 0 }) => answeredMs <= look.askedMs);
    return isUntouched && look.metadata === begin?.metadata && look.offset === begin.offset;
  }
  if (found.outcome === 'refused' || found.offset !== look.offset) return false;
  // Nothing that was acknowledged before the look came wholly after it.
  return !done.some(
    ({ sentMs, answeredMs = 0 }) =>
      foundAnsweredMs !== undefined && sentMs > foundAnsweredMs && answeredMs <= look.askedMs,
  );
}

const nameOf = ({ memberId, memberEpoch, partition }: Holding): string =>
  `${memberId} (partition ${partition}, epoch ${memberEpoch})`;

function describe(holding: Holding): string {
  const commits = holding.commits.map(
    ({ name, offset, sentMs, answeredMs = 0, outcome }) =>
      `${name}: ${offset} ${outcome} ${Math.round(sentMs)}-${Math.round(answeredMs)}`,
  );
  return `${nameOf(holding)}, who began at ${holding.begin?.offset} and committed ${commits.join(', ')}`;
}
