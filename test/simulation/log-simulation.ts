import { simulate } from './simulate.ts';
import type { Simulation } from './simulation.ts';
import { drawStory } from './story/draw-story.ts';
import type { Story } from './story/story.ts';

/** The log: producers, readers and an operator on some partitions. */
export const logSimulation: Simulation<Story> = { drawStory, simulate, describe };

function describe({ partitions, processes, inlineBytesMax }: Story): string[] {
  const brokers = new Set(processes.map(({ brokerId }) => brokerId)).size;
  return [
    `${brokers} brokers, ${processes.length} processes, ${partitions} partitions, intake inline up to ${inlineBytesMax} bytes`,
  ];
}
