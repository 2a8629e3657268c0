import { describe, expect, test } from 'vitest';
import { checkInvariants } from '../log/check-invariants.ts';
import { appendLast, readToEnd } from '../simulation/actors/epilogue.ts';
import { type ClientActor, performClient } from '../simulation/actors/perform.ts';
import { checkHistory } from '../simulation/history/check-history.ts';
import type { FinalLog } from '../simulation/history/history.ts';
import type { KeyedAct, ReadAct, SendAct } from '../simulation/story/story.ts';
import { allOf } from '../simulation/world/all-of.ts';
import { atEveryCall, type Frozen, moments } from './at-every-call.ts';
import { ENVIRONMENTS, FREEZE_MS, type FreezeAt, FreezingWorld, PARTITIONS } from './freezing-world.ts';

process.env.POWERTOOLS_METRICS_DISABLED = 'true';

const send = (more: Partial<SendAct> = {}): SendAct => ({
  act: 'send',
  pauseMs: 0,
  partition: 0,
  counts: [1],
  timestamp: 0,
  process: 0,
  isAstray: false,
  isAwaited: true,
  isSpread: false,
  answerWithinMs: 29_000,
  ...more,
});

const keyed = (more: Partial<KeyedAct> = {}): KeyedAct => ({
  ...send(),
  act: 'send under a key',
  partitions: [0, 1],
  ...more,
});

const poll = (more: Partial<Extract<ReadAct, { act: 'poll' }>> = {}): ReadAct => ({
  act: 'poll',
  pauseMs: 0,
  process: 0,
  maxBytes: 100_000,
  maxWaitMs: 0,
  ...more,
});

const plain = (name: string, ...acts: SendAct[]): ClientActor => ({ kind: 'plain producer', name, acts });
const idempotent = (name: string, producerId: number, ...acts: SendAct[]): ClientActor => ({
  kind: 'idempotent producer',
  name,
  producerId,
  acts,
});
const keyedClient = (name: string, ...acts: KeyedAct[]): ClientActor => ({
  kind: 'keyed producer',
  name,
  acts,
});
const reader = (name: string, ...acts: ReadAct[]): ClientActor => ({
  kind: 'reader',
  name,
  partition: 0,
  acts,
});

/** So many appends make the next one roll. */
const BEFORE_A_ROLL = 9;
/** And behind so many, what is read lies in the head and in a page. */
const AFTER_A_ROLL = 12;
/** What was appended before in each case. */
const FIRST_APPENDS = 3;

interface RequestKind {
  readonly client: ClientActor;
  /** Appends to partition 0 before it. @default 3 */
  readonly before?: number;
  readonly inlineBytesMax?: number;
  /** Also as the first request of its environment, which opens the broker. */
  readonly alsoCold?: true;
}

/** The requests that are frozen: the first one of each client. */
const kinds: Readonly<Record<string, RequestKind>> = {
  'a produce request': { client: plain('victim', send({ counts: [2, 1] })), alsoCold: true },
  'a produce request whose records go to the object store': {
    client: plain('victim', send({ counts: [2, 1] })),
    inlineBytesMax: 0,
  },
  'a produce request that rolls': { client: plain('victim', send()), before: BEFORE_A_ROLL },
  'a produce request of an idempotent producer': {
    client: idempotent('victim', 7, send({ counts: [1, 2] }), send()),
  },
  'a produce request of an idempotent producer that rolls': {
    client: idempotent('victim', 7, send(), send({ counts: [1, 1] })),
    before: BEFORE_A_ROLL,
  },
  'a produce request under an Idempotency-Key': { client: keyedClient('victim', keyed()), alsoCold: true },
  'a produce request under an Idempotency-Key that rolls': {
    client: keyedClient('victim', keyed({ partitions: [0] }), keyed()),
    before: BEFORE_A_ROLL,
  },
  'a fetch': { client: reader('victim', poll(), poll()), alsoCold: true, before: AFTER_A_ROLL },
  'a fetch that waits': { client: reader('victim', poll({ maxWaitMs: 1_000 })), before: 0 },
};

const SECOND_MS = 1_000;

const several = (count: number) => Array.from({ length: count }, (_, index) => index);

/** What goes on meanwhile: a roll of partition 0 at least. */
function others(): ClientActor[] {
  const pauseMs = 3 * 60 * SECOND_MS;
  return [
    plain('others', ...several(11).map((process) => send({ pauseMs, process }))),
    idempotent(
      'other idempotent',
      8,
      ...several(2).map((process) => send({ pauseMs: 5 * pauseMs, process })),
    ),
    keyedClient('other keyed', keyed({ pauseMs: 4 * pauseMs, process: 1 })),
    reader('other reader', ...several(2).map((process) => poll({ pauseMs: 6 * pauseMs, process }))),
  ];
}

/** In the middle of it; for one of the two moments between any two calls, so that both are tried. */
async function takeOver(world: FreezingWorld): Promise<void> {
  await world.scheduler.sleep(FREEZE_MS / 3);
  for (const partition of several(PARTITIONS)) await world.lead(partition);
}

interface Case {
  readonly freezeAt: FreezeAt;
  readonly isWarm: boolean;
  readonly clockStopsInFreeze: boolean;
}

async function freeze(
  { client, before = FIRST_APPENDS, inlineBytesMax = 4_096 }: RequestKind,
  its: Case,
): Promise<Frozen> {
  const world = new FreezingWorld({ ...its, inlineBytesMax });
  const story = async () => {
    await world.createTopic();
    for (let count = 0; count < before; count += 1)
      await performClient(world, plain(`first ${count}`, send()));
    if (its.isWarm) {
      world.toVictim();
      await performClient(world, reader('warming reader', poll()));
      world.toVictim();
      await performClient(world, plain('warming producer', send({ partition: 1 })));
    }
    world.toVictim();
    world.arm();
    const meanwhile = [client, ...others()].map((each) => performClient(world, each));
    if (its.freezeAt.when === 'before it sends') meanwhile.push(takeOver(world));
    await Promise.all([...meanwhile, world.scheduler.sleep(FREEZE_MS + 60 * SECOND_MS)]);
    world.heal();
    for (const partition of several(PARTITIONS)) {
      for (const process of several(ENVIRONMENTS)) {
        await appendLast(world, partition, process);
        await readToEnd(world, partition, process);
      }
    }
  };
  await allOf(world, [story()]);
  await world.scheduler.run();
  const logs: FinalLog[] = [];
  for (const partition of several(PARTITIONS)) {
    const { head, records, problems } = await checkInvariants(world.stores, world.partition(partition));
    world.problems.push(...problems);
    logs.push({ partition, start: head.start, next: head.next, records });
  }
  const anomalies = checkHistory(world.recorder.history(logs), { isMild: false });
  return { calls: world.calls, problems: [...world.problems, ...anomalies] };
}

const all = Object.entries(kinds);
const cold = all.filter(([, { alsoCold }]) => alsoCold);

describe.each(all)('%s, frozen at any of its calls to the stores and thawed an hour later,', (_, kind) => {
  test.each(moments)('finishes, and nothing is lost, doubled or moved: %s', async (when) => {
    expect(await atEveryCall(when, (its) => freeze(kind, { ...its, isWarm: true }))).toEqual([]);
  });
});

describe.each(cold)('%s, frozen in the first invocation of its environment,', (_, kind) => {
  test.each(moments)('finishes an hour later, and nothing is lost, doubled or moved: %s', async (when) => {
    expect(await atEveryCall(when, (its) => freeze(kind, { ...its, isWarm: false }))).toEqual([]);
  });
});
