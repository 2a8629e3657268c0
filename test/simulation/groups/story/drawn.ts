import type { Chance } from '../../world/chance.ts';
import type { GroupShape, Timing, TopicShape } from './group-story.ts';

/** What has been drawn of a story before its actors are. */
export interface Drawn {
  readonly chance: Chance;
  readonly timing: Timing;
  readonly isPlacid: boolean;
  readonly topics: readonly TopicShape[];
  readonly groups: readonly GroupShape[];
  readonly lengthMs: number;
  readonly processes: number;
}
