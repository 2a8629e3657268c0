import type { HeadOutcome } from '../../../lib/storage/head.ts';
import type { Condition, Item, Query, WriteOp } from '../../../lib/storage/item.ts';
import type { ByteRange } from '../../../lib/storage/object-store.ts';
import type { Answer, StoreCall } from './calls.ts';
import { itemName, type StoreState } from './store-state.ts';
import type * as Subject from './subject.ts';

export type HeadOperations = Pick<
  typeof Subject,
  'applyAppend' | 'applyTrim' | 'applyLead' | 'applyRaiseBarrier'
>;

export interface Applied {
  readonly state: StoreState;
  readonly answer: Answer;
}

/** What a call does to the stores, in one moment, and what they answer. Objects and items are as their contracts say. */
export function applyCall(heads: HeadOperations, state: StoreState, call: StoreCall): Applied {
  switch (call.operation) {
    case 'getHead':
      return read(state, state.head);
    case 'getMany':
      return read(
        state,
        call.keys.map((key) => state.items.get(itemName(key))),
      );
    case 'query':
      return read(state, queryItems(state, call.query));
    case 'write':
      return write(state, call.ops);
    case 'append':
      return change(state, heads.applyAppend(state.head, call.append));
    case 'trim':
      return change(state, heads.applyTrim(state.head, call.trim));
    case 'lead':
      return change(state, heads.applyLead(state.head, call.lead));
    case 'raiseBarrier':
      return change(state, heads.applyRaiseBarrier(state.head, call.id));
    case 'putObject':
      return wrote({ ...state, objects: new Map(state.objects).set(call.key, call.bytes) });
    case 'getObject':
      return read(state, cut(state.objects.get(call.key), call.range));
    case 'listObjects':
      return read(state, [...state.objects.keys()].filter((key) => key.startsWith(call.prefix)).sort());
    case 'deleteObjects':
      return wrote({
        ...state,
        objects: new Map([...state.objects].filter(([key]) => !call.keys.includes(key))),
      });
  }
}

const read = (state: StoreState, result: unknown): Applied => ({ state, answer: { kind: 'result', result } });

const wrote = (state: StoreState): Applied => read(state, undefined);

function change(state: StoreState, outcome: HeadOutcome): Applied {
  return read(outcome.kind === 'done' ? { ...state, head: outcome.head } : state, outcome);
}

function cut(bytes: Uint8Array | undefined, { position, length }: ByteRange): Uint8Array | undefined {
  return bytes?.subarray(position, position + length);
}

function queryItems({ items }: StoreState, { pk, from = '', to, limit, direction }: Query): Item[] {
  const within = [...items.values()]
    .filter(({ key }) => key.pk === pk && key.sk >= from && (to === undefined || key.sk <= to))
    .sort((a, b) => (a.key.sk < b.key.sk ? -1 : 1));
  return (direction === 'forward' ? within : within.reverse()).slice(0, limit);
}

/** Nothing here is ever deleted, so a count of the puts under a key is a version that never comes again. */
function write(state: StoreState, ops: readonly WriteOp[]): Applied {
  const current = ops.map(({ key }) => state.items.get(itemName(key)));
  if (!ops.every(({ condition }, index) => holds(condition, current[index]))) {
    return { state, answer: { kind: 'refused', current } };
  }
  const items = new Map(state.items);
  ops.forEach((op, index) => {
    if (op.kind === 'delete') throw new Error('the model has no deletion of items');
    if (op.kind === 'check') return;
    const { key, attributes, data } = op;
    const version = String(Number(current[index]?.version ?? 0) + 1);
    items.set(itemName(key), { key, version, attributes, ...(data && { data }) });
  });
  return wrote({ ...state, items });
}

function holds(condition: Condition, item: Item | undefined): boolean {
  if (condition === 'none') return true;
  return condition === 'absent' ? item === undefined : item?.version === condition.version;
}
