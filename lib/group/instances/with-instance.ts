import { KafkaError } from '../../kafka/errors.ts';
import { backOff } from '../../log/retry.ts';
import type { MemberName } from '../types.ts';
import { isName } from './check-reads.ts';
import type { InstanceDeps } from './deps.ts';
import { leave } from './heartbeats.ts';
import { isDueForNote } from './idle.ts';
import { InstanceError } from './instance-error.ts';
import { removeIdle } from './remove-idle.ts';
import { InstanceMoved, Session } from './session.ts';

/** Each lost race means that another request changed the instance; so many in a row are an overload. */
const RACES_MAX = 24;
const RACE_POLICY = { attemptsMax: RACES_MAX, backoffMs: 5 };
const BACKOFF_DOUBLINGS_MAX = 4;

/**
 * Does something with an instance, and saves what it made of it before anybody hears the result. When another request
 * has changed the instance meanwhile, it begins again with what stands there then.
 *
 * @throws InstanceError NOT_FOUND; KafkaError COORDINATOR_LOAD_IN_PROGRESS; what `work` throws.
 */
export async function withInstance<Result>(
  deps: InstanceDeps,
  groupId: string,
  name: string,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { runtime, limits } = deps;
  let former: MemberName | undefined;
  for (let race = 1; race <= RACES_MAX; race += 1) {
    const session = await openSession(deps, groupId, name, former);
    try {
      const result = await work(session);
      const isToNote = !session.isGone && isDueForNote(session.current, limits.timeoutMs, runtime.nowMs());
      if (session.isChanged || isToNote) await session.save();
      return result;
    } catch (error) {
      if (!(error instanceof InstanceMoved)) throw error;
    }
    former = session.member;
    await backOff(runtime, Math.min(race, BACKOFF_DOUBLINGS_MAX), RACE_POLICY);
  }
  throw new KafkaError(
    'COORDINATOR_LOAD_IN_PROGRESS',
    `Too many requests use instance ${name} at once. Try again in a moment.`,
  );
}

/**
 * @param former As whom this request may have joined the group while others let the instance be somebody else, or nobody:
 *   then that member leaves.
 * @throws InstanceError NOT_FOUND, also of one that is idle: whoever looks removes it.
 */
async function openSession(
  deps: InstanceDeps,
  groupId: string,
  name: string,
  former: MemberName | undefined,
): Promise<Session> {
  const { instances, groups } = deps;
  const stored = isName(name) ? await instances.read(groupId, name) : undefined;
  const isIdle = stored !== undefined && (await instances.isIdle(groupId, stored.instance));
  const session = stored && !isIdle ? new Session(instances, groupId, name, stored) : undefined;
  if (former !== undefined && session?.member?.memberId !== former.memberId)
    await leave(groups, groupId, former);
  if (session !== undefined) return session;
  if (stored !== undefined) await removeIdle(deps, groupId, name, stored);
  throw notFound();
}

/** Confluent's words. */
const notFound = (): InstanceError => new InstanceError('NOT_FOUND', 'Consumer instance not found.');
