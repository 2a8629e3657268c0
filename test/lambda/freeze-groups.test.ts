import { describe, expect, test } from 'vitest';
import { allOf } from '../simulation/world/all-of.ts';
import { atEveryCall, type Frozen, moments } from './at-every-call.ts';
import {
  FREEZE_MS,
  type FreezingOptions,
  FreezingWorld,
  PARTITIONS,
  TOPIC,
  VICTIM,
} from './freezing-world.ts';
import { GroupMember, tell } from './group-member.ts';

process.env.POWERTOOLS_METRICS_DISABLED = 'true';

const MINUTE_MS = 60_000;
const SESSION_MS = 20 * MINUTE_MS;
/** A member that goes on speaks so often. */
const BEAT_MS = 6 * MINUTE_MS;
const config = {
  'group.consumer.session.timeout.ms': SESSION_MS,
  'group.consumer.heartbeat.interval.ms': BEAT_MS,
};
/** Nobody counts as gone, so that nothing is read twice for that reason. */
const neverGone = {
  ...config,
  'group.consumer.session.timeout.ms': 3 * FREEZE_MS,
  'consumer.instance.timeout.ms': 3 * FREEZE_MS,
};
/** An environment that is not frozen. */
const OTHER = 1;
const ALL = Array.from({ length: PARTITIONS }, (_, partition) => partition);

type Its = Pick<FreezingOptions, 'freezeAt' | 'clockStopsInFreeze'>;

/** Tells a story to its end, and what broke. */
async function run(
  its: Its,
  story: (world: FreezingWorld) => Promise<void>,
  configs: Readonly<Record<string, number>> = config,
): Promise<Frozen> {
  const world = new FreezingWorld({ ...its, config: configs });
  const check = async () => {
    await world.createTopic();
    await story(world);
  };
  await allOf(world, [check()]);
  await world.scheduler.run();
  return { calls: world.calls, problems: world.problems };
}

function same(world: FreezingWorld, what: string, found: unknown, wanted: unknown): void {
  const [is, shouldBe] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (is !== shouldBe) world.problem(`${what} is ${is}, not ${shouldBe}`);
}

/** The member lives on, until that time. */
async function beatUntil(world: FreezingWorld, member: GroupMember, untilMs: number): Promise<void> {
  while (world.scheduler.nowMs < untilMs) {
    await world.scheduler.sleep(BEAT_MS);
    await member.beat(OTHER);
  }
}

describe('a commit that is frozen at any of its calls to the stores and thawed an hour later', () => {
  /** Its member has lost its partitions meanwhile: to one who commits, and then to one who only reads. */
  async function story(world: FreezingWorld): Promise<void> {
    const one = new GroupMember(world, 'one');
    await one.joinAndOwn(OTHER, ALL);
    await one.commit(VICTIM, [1, 1]);
    const answered = world.victimAnswers.length;
    world.arm();
    const late = one.commit(VICTIM, [5, 5]);
    await world.scheduler.sleep(SESSION_MS + MINUTE_MS);
    const two = new GroupMember(world, 'two');
    await two.joinAndOwn(OTHER, ALL);
    const [, found] = await two.fetch(OTHER);
    await two.commit(OTHER, [7]);
    await world.scheduler.sleep(SESSION_MS + MINUTE_MS);
    const three = new GroupMember(world, 'three');
    await three.joinAndOwn(OTHER, ALL);
    same(world, 'what the next one finds', await three.fetch(OTHER), [7, found]);
    await beatUntil(world, three, FREEZE_MS + 3 * MINUTE_MS);
    await late;
    const isAcknowledged = world.victimAnswers[answered]?.status === 204;
    if (isAcknowledged && found !== 5) world.problem(`what was acknowledged was not there: ${found} was`);
    same(world, 'what is committed in the end', await three.fetch(OTHER), [7, found]);
    same(world, 'what the thawed environment tells', await three.fetch(VICTIM), [7, found]);
    same(world, 'a commit through it', (await three.commit(VICTIM, [8, 8]))?.status, 204);
    same(world, 'what is committed then', await three.fetch(OTHER), [8, 8]);
  }

  test.each(moments)('moves nothing that is another one’s by then: %s', async (when) => {
    expect(await atEveryCall(when, (its) => run(its, story))).toEqual([]);
  });
});

describe('a heartbeat that is frozen at any of its calls to the stores and thawed an hour later', () => {
  const kinds = {
    'of a member that has lost its partitions': (one: GroupMember) => one.beat(VICTIM),
    'with which such a member would leave': (one: GroupMember) => one.leave(VICTIM),
  };

  test.each(
    Object.entries(kinds).flatMap(([name, send]) => moments.map((when) => [name, when, send] as const)),
  )('%s disturbs nobody: %s', async (_, when, send) => {
    const story = async (world: FreezingWorld) => {
      const one = new GroupMember(world, 'one');
      await one.joinAndOwn(OTHER, ALL);
      await one.beat(VICTIM);
      world.arm();
      const late = send(one);
      await world.scheduler.sleep(SESSION_MS + MINUTE_MS);
      const two = new GroupMember(world, 'two');
      await two.joinAndOwn(OTHER, ALL);
      const { epoch } = two;
      await beatUntil(world, two, FREEZE_MS + 2 * BEAT_MS);
      await late;
      same(world, 'the epoch of who owns them', two.epoch, epoch);
      same(world, 'what they own', two.owned, ALL);
      same(world, 'the members', await two.members(VICTIM), ['two']);
    };
    expect(await atEveryCall(when, (its) => run(its, story))).toEqual([]);
  });

  test.each(moments)('that joins gets what its members let go of, and loses it: %s', async (when) => {
    const story = async (world: FreezingWorld) => {
      const two = new GroupMember(world, 'two');
      await two.joinAndOwn(OTHER, ALL);
      await two.beat(VICTIM);
      world.arm();
      const late = new GroupMember(world, 'late').join(VICTIM);
      // Whatever it is given, at most one of them has; and it is silent, so all of it comes back.
      await beatUntil(world, two, FREEZE_MS + 2 * SESSION_MS);
      await late;
      same(world, 'what the other one owns', two.owned, ALL);
      same(world, 'the members', await two.members(VICTIM), ['two']);
      same(world, 'its commit', (await two.commit(VICTIM, [1, 1]))?.status, 204);
    };
    expect(await atEveryCall(when, (its) => run(its, story))).toEqual([]);
  });
});

describe('a read of a consumer instance that is frozen at any of its calls and thawed an hour later', () => {
  const READ = '/consumers/group/instances/c';

  /** @returns `partition@offset` of each record; none when there is no answer. */
  const offsetsOf = (records: unknown): string[] =>
    ((records ?? []) as { partition: number; offset: number }[]).map(
      ({ partition, offset }) => `${partition}@${offset}`,
    );

  async function story(world: FreezingWorld): Promise<void> {
    const read: string[] = [];
    const readThrough = async (environment: number) => {
      const answer = await tell(world, environment, 'GET', `${READ}/records?timeout=0`);
      if (answer?.status === 200) read.push(...offsetsOf(answer.body));
      else if (answer !== undefined) world.problem(`a read is answered ${JSON.stringify(answer)}`);
      return answer;
    };
    let produced = 0;
    const produce = async () => {
      for (const partition of ALL) {
        const records = [{ value: 'eA==' }, { value: 'eQ==' }];
        await tell(world, OTHER, 'POST', `/topics/${TOPIC}/partitions/${partition}`, { records });
      }
      produced += 2;
    };
    const made = {
      name: 'c',
      format: 'binary',
      'auto.offset.reset': 'earliest',
      'auto.commit.enable': 'true',
    };
    await tell(world, OTHER, 'POST', '/consumers/group', made);
    await tell(world, OTHER, 'POST', `${READ}/subscription`, { topics: [TOPIC] });
    await produce();
    await readThrough(VICTIM);
    await readThrough(OTHER);
    await produce();
    const answered = world.victimAnswers.length;
    world.arm();
    const late = readThrough(VICTIM);
    await world.scheduler.sleep(MINUTE_MS);
    await produce();
    for (let reads = 0; reads < 3; reads += 1) await readThrough(OTHER);
    while (world.scheduler.nowMs < FREEZE_MS + 2 * MINUTE_MS) {
      await world.scheduler.sleep(SESSION_MS / 2);
      await readThrough(OTHER);
    }
    // Whoever sent it has given up; what it returned counts as read all the same.
    const heard = await late;
    const answer = world.victimAnswers[answered];
    if (heard === undefined && answer?.status === 200) read.push(...offsetsOf(JSON.parse(`${answer.body}`)));
    await produce();
    for (let reads = 0; reads < 3; reads += 1) await readThrough(reads % 2 === 0 ? VICTIM : OTHER);
    const all = ALL.flatMap((partition) =>
      Array.from({ length: produced }, (_, offset) => `${partition}@${offset}`),
    );
    same(world, 'what was read', read.toSorted(byPlace), all);
    await tell(world, VICTIM, 'POST', `${READ}/offsets`);
    const committed = await tell(
      world,
      OTHER,
      'GET',
      `${READ}/offsets?partitions=${ALL.map((partition) => `${TOPIC}:${partition}`).join(',')}`,
    );
    const { offsets = [] } = (committed?.body ?? {}) as { offsets?: { offset: number }[] };
    same(
      world,
      'what is committed',
      offsets.map(({ offset }) => offset),
      ALL.map(() => produced),
    );
  }

  const byPlace = (a: string, b: string): number => a.localeCompare(b, undefined, { numeric: true });

  test.each(moments)(
    'returns nothing that another read returned, and passes over nothing: %s',
    async (when) => {
      expect(await atEveryCall(when, (its) => run(its, story, neverGone))).toEqual([]);
    },
  );
});
