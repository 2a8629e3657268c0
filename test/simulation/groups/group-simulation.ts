import type { Simulation } from '../simulation.ts';
import { simulateGroups } from './simulate-groups.ts';
import { drawGroupStory } from './story/draw-group-story.ts';
import type { GroupStory } from './story/group-story.ts';

/** Consumer groups: members, coordinators, producers and an operator. */
export const groupSimulation: Simulation<GroupStory> = {
  drawStory: drawGroupStory,
  simulate: simulateGroups,
  describe,
};

function describe({ processes, timing, topics, groups }: GroupStory): string[] {
  const { heartbeatMs, sessionMs, rebalanceMs } = timing;
  return [
    `${processes.length} processes; a heartbeat each ${heartbeatMs} ms, sessions of ${sessionMs} ms, ${rebalanceMs} ms to let go`,
    ...topics.map(({ name, partitions }) => `topic ${name} with ${partitions} partitions`),
    ...groups.map(({ groupId, subscription }) => `group ${groupId} on ${JSON.stringify(subscription)}`),
  ];
}
