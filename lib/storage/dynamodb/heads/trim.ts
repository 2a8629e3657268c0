import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { HeadTrim } from '../../head.ts';
import { number } from '../head-codec.ts';
import { type HeadUpdate, headUpdate } from '../head-update.ts';
import { topicIsAlive } from './conditions.ts';

const pageIsNext = 't = :from'; // I4: pages form a chain, and each leaves the head once

/** Lets go of what a page and producer items now hold. */
export function trimUpdate({ partition, from, to, remove, evict }: HeadTrim): HeadUpdate {
  const set = ['t = :to'];
  const removed: string[] = [];
  const conditions = [pageIsNext, topicIsAlive];
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = { ':from': number(from), ':to': number(to) };
  for (const [index, appendId] of [...new Set(remove)].entries()) {
    names[`#${index}`] = appendId;
    removed.push(`b.#${index}`, `y.#${index}`);
  }
  for (const [index, { producerId, written }] of evict.entries()) {
    const nothingNewer = `p.#p${index} = :w${index}`; // I6: what was written out is the latest
    conditions.push(nothingNewer);
    names[`#p${index}`] = producerId;
    values[`:w${index}`] = { B: written };
    removed.push(`p.#p${index}`);
  }
  if (evict.length > 0) {
    set.push('x = x + :one');
    values[':one'] = number(1);
  }
  return headUpdate(partition, { set, remove: removed, conditions, names, values });
}
