import type { TopicRegistry } from '../../../../lib/cluster/types.ts';
import type { KafkaErrorName } from '../../../../lib/kafka/errors.ts';
import type { GroupOperatorAct, GroupOperatorActor } from '../story/group-story.ts';
import { checkDescribed, checkError, checkFetched, checkReset } from '../watch/check-told.ts';
import { NEVER, type Span } from '../watch/instants.ts';
import { partOf } from '../watch/part.ts';
import type { Operation } from '../world/answers.ts';
import type { GroupBroker } from '../world/group-broker.ts';
import type { GroupWorld } from '../world/group-world.ts';
import { Client } from './client.ts';
import { commitAsNobody } from './commit-as.ts';

/** Makes topics and lets them grow, looks at groups, resets and deletes them; and is the one who pulls plugs. */
export async function groupOperator(world: GroupWorld, { name, acts }: GroupOperatorActor): Promise<void> {
  const running: Promise<void>[] = [];
  for (const [index, act] of acts.entries()) {
    await world.until(act.atMs);
    const { process } = world.slot(act.process).running;
    if (act.act === 'crash process') process.crash();
    else if (act.act === 'freeze process') process.freeze(act.ms);
    else running.push(perform(world, `${name} ${index}`, act));
  }
  await Promise.all(running);
}

type AskingAct = Exclude<GroupOperatorAct, { act: 'crash process' | 'freeze process' }>;

/** In a process of its own, which asks once, and may freeze and crash. */
async function perform(world: GroupWorld, name: string, act: AskingAct): Promise<void> {
  const answerWithinMs = 2 * world.story.timing.sessionMs;
  const client = new Client(world, name, { isRoaming: false, answerWithinMs });
  await Promise.race([ask(world, client, act), client.process.whenCrashed]);
}

async function ask(world: GroupWorld, client: Client, act: AskingAct): Promise<void> {
  switch (act.act) {
    case 'create topic': {
      const topic = { name: act.topic, partitionCount: act.partitions };
      await client.ask('topic', ({ topics }) => topics.create(topic));
      return;
    }
    case 'add partition':
      await client.ask('topic', ({ topics }) => grow(topics, act.topic));
      return;
    case 'commit':
      return commitAsNobody(world, client, act);
    case 'list':
      await client.ask('list', ({ groups }) => groups.list());
      return;
    default:
      await askOfGroup(world, client, act);
  }
}

async function grow(topics: TopicRegistry, name: string): Promise<void> {
  const { partitionCount } = await topics.get(name);
  await topics.addPartitions(name, partitionCount + 1);
}

type GroupAct = Extract<AskingAct, { act: 'reset' | 'delete' | 'describe' | 'lags' | 'fetch all' }>;

async function askOfGroup(world: GroupWorld, client: Client, act: GroupAct): Promise<void> {
  const { groupId } = act;
  const record = world.watch.record(groupId);
  const { instants } = world.watch;
  const move = { ended: NEVER };
  const asked = async <Result>(
    operation: Operation,
    work: (broker: GroupBroker) => Promise<Result>,
    check: (result: Result, span: Span, broker: GroupBroker) => unknown,
    alsoOk: readonly KafkaErrorName[] = [],
  ): Promise<void> => {
    await client.ask(
      operation,
      async (broker) => {
        const begun = instants.next();
        const end = (): Span => {
          move.ended = instants.next();
          return { begun, ended: move.ended };
        };
        try {
          const result = await work(broker);
          await check(result, end(), broker);
        } catch (error) {
          checkError(record, end(), error, undefined);
          throw error;
        }
      },
      alsoOk,
    );
  };
  switch (act.act) {
    case 'reset':
      return asked(
        'reset',
        ({ groups }) => {
          record.sayings.hearMove(move);
          return groups.resetOffsets(groupId, { partitions: [{ topic: act.topic }], to: act.to });
        },
        async (resets, span) => {
          world.count('resets');
          const topicId = await world.topicId(act.topic);
          for (const { partition, offset } of resets)
            checkReset(record, span, partOf({ topicId, partition }), offset);
        },
      );
    case 'delete':
      return asked(
        'delete',
        ({ groups }) => groups.delete(groupId),
        () => world.count('deletions'),
      );
    case 'describe':
      return asked(
        'describe',
        ({ groups }) => groups.describe(groupId),
        (described, span) => checkDescribed(record, span, described),
      );
    case 'lags':
      return asked(
        'lags',
        ({ groups }) => groups.lags(groupId),
        () => undefined,
      );
    case 'fetch all':
      return asked(
        'fetch offsets',
        ({ groups }) => groups.fetchOffsets(groupId, undefined, undefined),
        async (fetched, span) => {
          for (const { topic, partition, offset } of fetched) {
            const topicId = await world.topicId(topic);
            checkFetched(record, span, partOf({ topicId, partition }), offset);
          }
        },
      );
  }
}
