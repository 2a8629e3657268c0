import { asEpoch, asOffset } from '../../kafka/types.ts';
import type { Head } from '../head.ts';

/** The head of a partition that nothing was appended to yet. */
export function newHead(leader: number): Head {
  return {
    leader,
    epoch: asEpoch(0),
    start: asOffset(0),
    compacted: asOffset(0),
    tail: asOffset(0),
    next: asOffset(0),
    entries: [],
    producers: new Map(),
    evictions: 0,
    swaps: 0,
    barrier: '',
    deleted: false,
  };
}
