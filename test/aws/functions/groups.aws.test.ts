import { describe, expect, onTestFailed, test } from 'vitest';
import { GroupMember, type SharingGroup, toldOf } from '../../functions/clients/group-member.ts';
import { checkHoldings, type Holding } from '../../functions/clients/holdings.ts';
import { InstanceReader, type ReadingGroup } from '../../functions/clients/instance-reader.ts';
import { Ledger, notCommitted } from '../../functions/clients/ledger.ts';
import { PersistentClient } from '../../functions/clients/persistent-client.ts';
import { chanceOf } from '../../simulation/world/chance.ts';
import { createTopic, newProducer } from '../../support/http.ts';
import { pickSeed } from '../../support/random.ts';
import { dynamodb, s3 } from '../endpoints.ts';
import { openStormy, type StormyDeployment } from './stormy-deployment.ts';

const TOPIC = 't';
const GROUP = 'g';
const PARTITIONS = 3;
const BATCHES = 20;
/** Who dies is missed soon; the session of an instance's member lasts as long as the instance may be idle. */
const CONFIG = {
  'consumer.instance.timeout.ms': 5_000,
  'group.consumer.session.timeout.ms': 4_000,
  'group.consumer.heartbeat.interval.ms': 250,
};
const STORM_MS = 10_000;
const CAUGHT_UP_WITHIN_MS = 90_000;
const WITHIN_MS = 300_000;

describe.skipIf(dynamodb.endpoint === undefined || s3 === undefined)(
  'consumer groups of functions under the Lambda runtime',
  () => {
    test('consumer instances read whatever was acknowledged, in order, and commit it', {
      timeout: WITHIN_MS,
    }, async () => {
      await using scene = await openScene();
      const { stormy, client, ledger } = scene;
      const begins = new Map(ledger.partitions.map((partition) => [partition, new Set([0])]));
      const reading: ReadingGroup = { group: GROUP, client, ledger, begins };
      const reader = (name: string, isExplicit: boolean) => new InstanceReader(reading, name, isExplicit);
      const [steady, successor] = [reader('steady', true), reader('successor', true)];
      const isOver = within(STORM_MS);
      await stormy.chaos.during(
        Promise.all([
          scene.produce(),
          read(steady, isOver),
          // It dies without a word, and another one comes in its place.
          read(reader('mortal', false), within(STORM_MS / 3)).then(() => read(successor, isOver)),
        ]),
      );
      await stormy.deployment.settled();

      // What a commit that came late has taken back is read and committed again by whoever begins anew.
      await Promise.all([steady.abandon(), successor.abandon()]);
      const isEnd = untilCaughtUp(client, ledger);
      await Promise.all([read(reader('last', true), isEnd), read(reader('second last', false), isEnd)]);
      await scene.conclude();
    });

    test('members take over from each other, each where the one before had come to', {
      timeout: WITHIN_MS,
    }, async () => {
      await using scene = await openScene();
      const { stormy, client, ledger, seed } = scene;
      const holdings: Holding[] = [];
      const sharing: SharingGroup = { group: GROUP, client, ledger, holdings };
      const isOver = within(STORM_MS);
      const former: GroupMember[] = [];
      const seat = async (name: string) => {
        const chance = chanceOf(seed, name);
        let before: GroupMember | undefined;
        while (!isOver()) {
          const rounds = chance.whole(3, 10);
          const end = chance.happens(0.3) ? 'dies' : 'leaves';
          const member = new GroupMember(sharing, chance);
          former.push(member);
          await member.live((nth) => nth > rounds || isOver(), end);
          await before?.haunt();
          before = member;
        }
      };
      await stormy.chaos.during(Promise.all([scene.produce(), seat('first seat'), seat('second seat')]));
      await stormy.deployment.settled();

      const isEnd = untilCaughtUp(client, ledger);
      const last = ['first', 'second'].map(
        (name) => new GroupMember(sharing, chanceOf(seed, `last, ${name}`)),
      );
      await Promise.all(last.map((member) => member.live(isEnd, 'leaves')));
      await Promise.all(former.map((member) => member.haunt()));
      for (const partition of ledger.partitions) {
        const askedMs = performance.now();
        const body = { partitions: [{ topic: TOPIC, partition }] };
        const answer = await client.insist(`/groups/${GROUP}/offsets:fetch`, { body });
        if (answer.kind === 'refused') throw new Error(answer.message);
        const its = holdings.filter((each) => each.partition === partition);
        ledger.problems.push(...checkHoldings(its, toldOf(answer.body, askedMs)));
      }
      const commits = holdings.flatMap((each) => each.commits);
      console.info(
        `${holdings.length} times a member got a partition, ${commits.length} commits`,
        Object.groupBy(commits, ({ outcome }) => outcome).unknown?.length ?? 0,
        'unknown',
      );
      await scene.conclude();
    });
  },
);

interface Scene extends AsyncDisposable {
  readonly stormy: StormyDeployment;
  readonly client: PersistentClient;
  readonly ledger: Ledger;
  readonly seed: number;
  /** Appends to all partitions. */
  produce(): Promise<unknown>;
  /** Tells how much there was to go wrong, and expects that nothing did. */
  conclude(): Promise<void>;
}

async function openScene(): Promise<Scene> {
  const seed = pickSeed();
  onTestFailed(() => console.error(`SEED=${seed} npm run test:aws -- functions/groups`));
  const stormy = await openStormy(seed, CONFIG);
  const { url } = stormy.deployment;
  const client = new PersistentClient(url);
  const ledger = new Ledger(TOPIC, PARTITIONS);
  await createTopic(url, TOPIC, PARTITIONS);
  const { producerId } = await newProducer(url);
  const produceTo = (partition: number) => {
    const chance = chanceOf(seed, `producer of ${partition}`);
    return ledger.produce(client, chance, { producerId, partition, batches: BATCHES });
  };
  return {
    stormy,
    client,
    ledger,
    seed,
    produce: () => Promise.all(ledger.partitions.map(produceTo)),
    async conclude() {
      ledger.check();
      ledger.problems.push(...(await notCommitted(client, GROUP, ledger)));
      console.info(`${stormy.tally()}; ${ledger.tally}`);
      expect(ledger.problems).toEqual([]);
    },
    [Symbol.asyncDispose]: () => stormy[Symbol.asyncDispose](),
  };
}

async function read(reader: InstanceReader, isOver: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isOver())) await reader.step();
}

function within(ms: number): () => boolean {
  const untilMs = performance.now() + ms;
  return () => performance.now() > untilMs;
}

function untilCaughtUp(client: PersistentClient, ledger: Ledger): () => Promise<boolean> {
  const isLate = within(CAUGHT_UP_WITHIN_MS);
  return async () => isLate() || (await notCommitted(client, GROUP, ledger)).length === 0;
}
