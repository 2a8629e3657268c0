import { awaitGrowth, PARKED_MAX, type Tail } from './await-growth.ts';
import { autoCommit, isAutoCommitDue } from './commit-positions.ts';
import type { InstanceDeps } from './deps.ts';
import { Following } from './following.ts';
import { type Gathered, gather } from './gather.ts';
import { isDueForNote } from './idle.ts';
import { heldTopics, type Instance, withHeld } from './instance.ts';
import { InstanceError, illegalState } from './instance-error.ts';
import { type Located, locate } from './locate.ts';
import { InstanceMoved, type Session } from './session.ts';
import type { InstanceRead } from './types.ts';

/** Looks of one read; each but the first comes after a wait, or after something has grown. */
const LOOKS_MAX = 1_000;

/** How long one request waits at most, however often it has to begin again. */
export interface ReadDeadline {
  /** By the runtime's monotonic clock. */
  readonly untilMs: number;
  /** Aborts when nobody waits for the answer, or waits are not wanted any more. */
  readonly endOfWaits: AbortSignal;
}

/**
 * One read, as a consumer's poll: it commits what earlier reads returned if that is due, hears what its group has given
 * it, and looks at all its partitions, again and again until there is enough. Behind what it returns it has moved the
 * positions of the session, which the caller saves before anybody gets the answer.
 *
 * @throws InstanceMoved; as ConsumerInstances.read.
 */
export async function readRecords<Answer>(
  deps: InstanceDeps,
  session: Session,
  read: InstanceRead<Answer>,
  deadline: ReadDeadline,
): Promise<Answer> {
  try {
    return await poll(deps, session, read, deadline);
  } catch (error) {
    // What it heard of its group stays heard: who has to seek, because nothing is committed, has to have partitions.
    if (session.isChanged && !(error instanceof InstanceMoved)) await session.save();
    throw error;
  }
}

async function poll<Answer>(
  deps: InstanceDeps,
  session: Session,
  read: InstanceRead<Answer>,
  { untilMs, endOfWaits }: ReadDeadline,
): Promise<Answer> {
  const { logs, runtime, limits } = deps;
  checkReadable(session.current, read);
  await read.checkTopics?.(heldTopics(session.current));
  if (isAutoCommitDue(session.current, runtime.nowMs())) await autoCommit(deps, session);
  const following = new Following(deps, session);
  const minBytes = minBytesOf(session.current, read);
  const bounds = { maxBytes: read.maxBytes, partitionBytesMax: limits.partitionBytesMax };
  for (let look = 1; ; look += 1) {
    const { held } = session.current;
    await following.followIfDue();
    if (session.current.held !== held || look > 1) await read.checkTopics?.(heldTopics(session.current));
    const located = inTurn(await locate(deps, session), session.current.turn);
    const gathered = await gather(logs, located, bounds);
    const isEnough = gathered.hasMore || gathered.bytes >= minBytes;
    const isOver = endOfWaits.aborted || runtime.monotonicMs() >= untilMs;
    if (isEnough || isOver || look === LOOKS_MAX) return take(session, read, gathered);

    const isToSave = session.isChanged || isDueForNote(session.current, limits.timeoutMs, runtime.nowMs());
    if (isToSave) await session.save();
    const goesOn = await awaitGrowth(logs, runtime, tailsOf(located, gathered), {
      missingBytes: minBytes - gathered.bytes,
      untilMs: Math.min(untilMs, following.lookAgainMs),
      signal: endOfWaits,
    });
    if (!goesOn) return take(session, read, gathered);
  }
}

/** @throws InstanceError FORMAT_MISMATCH, ILLEGAL_STATE. */
function checkReadable({ config, reads }: Instance, { accepts }: InstanceRead<unknown>): void {
  if (!accepts(config.format)) {
    throw new InstanceError(
      'FORMAT_MISMATCH',
      `The requested embedded data format does not match the deserializer for this consumer instance: its format is ${config.format}.`,
    );
  }
  if (reads.kind === 'nothing')
    throw illegalState('Consumer is not subscribed to any topics or assigned any partitions.');
}

/** Whatever an instance says: an answer without records comes only when the time is over. */
function minBytesOf({ config }: Instance, { maxBytes }: InstanceRead<unknown>): number {
  return Math.max(1, Math.min(config.fetchMinBytes ?? maxBytes, maxBytes));
}

/** Another partition comes first each time, so that one with much in it does not keep the others from their turn. */
function inTurn(located: readonly Located[], turn: number): Located[] {
  const first = located.length === 0 ? 0 : turn % located.length;
  return [...located.slice(first), ...located.slice(0, first)];
}

function tailsOf(located: readonly Located[], { fetched }: Gathered): Tail[] {
  const ends = new Map(fetched.map(({ located: each, end }) => [each, end]));
  return located.slice(0, PARKED_MAX).map((each) => {
    const { topicId, partition } = each.held;
    return { partition: { topicId, partition }, end: ends.get(each) ?? each.position };
  });
}

/** The answer; and the session's positions behind what goes out. */
function take<Answer>(session: Session, read: InstanceRead<Answer>, { fetched }: Gathered): Answer {
  const { format } = session.current.config;
  // Nobody gets it, so nothing of it counts as read.
  if (read.signal.aborted || fetched.length === 0) return read.take([], format).answer;
  const { current } = session;
  // Also when nothing of it can be shown: with the next read it is another partition's turn.
  session.current = { ...current, turn: current.turn + 1 };
  const { answer, next } = read.take(fetched, format);
  const moved = fetched.flatMap(({ located: { held }, from }, index) => {
    const position = next[index];
    if (position === undefined || position < from)
      throw new Error('assertion failed: what goes out of a partition begins at its position');
    return position === from ? [] : [{ ...held, position }];
  });
  session.current = withHeld(session.current, moved);
  return answer;
}
