import { StoredTopics } from '../../../lib/cluster/topics.ts';
import { validatePattern } from '../../../lib/group/topic-pattern.ts';
import type { Outcome, SimulateOptions } from '../simulation.ts';
import { allOf } from '../world/all-of.ts';
import { groupOperator } from './actors/group-operator.ts';
import { groupProducer } from './actors/group-producer.ts';
import { seat } from './actors/seat.ts';
import { epilogue } from './epilogue/epilogue.ts';
import type { GroupActor, GroupStory } from './story/group-story.ts';
import { BROKER_ID, configOf } from './world/group-broker.ts';
import { GroupWorld } from './world/group-world.ts';

/** Tells a story with consumer groups to its end. The same story ends the same. */
export async function simulateGroups(story: GroupStory, options: SimulateOptions = {}): Promise<Outcome> {
  const { trace, spared = new Set(), planted = new Map() } = options;
  const world = new GroupWorld(story, { trace, spared, planted });
  await prepare(world);
  await allOf(
    world,
    story.actors.map((actor) => perform(world, actor)),
  );
  await allOf(world, [epilogue(world)]);
  await world.scheduler.run();
  const rebalances = world.watch.records.reduce((sum, record) => sum + record.rebalances, 0);
  const counts = { ...world.counts, rebalances, faults: world.faults.size };
  return { problems: world.problems, faults: world.faults, counts };
}

/** Makes the topics, and compiles patterns, for which the first time waits for the outside. */
async function prepare(world: GroupWorld): Promise<void> {
  const { topics, timing, actors, groups } = world.story;
  let made = 0;
  const registry = new StoredTopics({
    store: world.stores.metadata,
    config: configOf(timing),
    brokerId: BROKER_ID,
    monotonicMs: () => world.scheduler.nowMs,
    newTopicId: () => {
      made += 1;
      return `topic${made}`;
    },
  });
  for (const { name, partitions } of topics) await registry.create({ name, partitionCount: partitions });
  const subscriptions = actors.flatMap(({ acts }) =>
    acts.flatMap((act) => ('subscription' in act ? [act.subscription] : [])),
  );
  for (const { pattern } of [...subscriptions, ...groups.map(({ subscription }) => subscription)])
    if (pattern !== undefined) await validatePattern(pattern);
}

function perform(world: GroupWorld, actor: GroupActor): Promise<void> {
  switch (actor.kind) {
    case 'seat':
      return seat(world, actor);
    case 'producer':
      return groupProducer(world, actor);
    case 'operator':
      return groupOperator(world, actor);
  }
}
