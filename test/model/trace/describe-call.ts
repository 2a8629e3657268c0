import { decodeProducerState } from '../../../lib/log/codec/producer-state.ts';
import type { ItemKey, WriteOp } from '../../../lib/storage/item.ts';
import type { StoreCall } from '../engine/calls.ts';
import type { Names } from './names.ts';

/** What a call does, in words that follow its process's name. */
export function describeCall(call: StoreCall, names: Names): string {
  switch (call.operation) {
    case 'getHead':
      return 'reads the head';
    case 'getMany':
      return `reads ${call.keys.map(describeKey).join(', ')}`;
    case 'query':
      return 'reads the pages';
    case 'write':
      return call.ops.map(describeOp).join(', ');
    case 'append':
      return `appends ${names.ofAppend(call.append)} under epoch ${call.append.epoch}`;
    case 'trim': {
      const { from, to, evict } = call.trim;
      const leave = evict.map(({ producerId }) => ` and lets producer ${producerId} go`);
      return `trims the head from ${from} to ${to}${leave.join('')}`;
    }
    case 'lead':
      return `raises the epoch from ${call.lead.seen}`;
    case 'raiseBarrier':
      return `raises the barrier to the object of ${names.ofObject(call.id)}`;
    case 'putObject':
      return `uploads ${names.ofKey(call.key)}`;
    case 'getObject':
      return `reads the object of ${names.ofKey(call.key)}`;
    case 'listObjects':
      return 'lists the objects';
    case 'deleteObjects':
      return `deletes the object of ${call.keys.map((key) => names.ofKey(key)).join(', ')}`;
  }
}

/** An item by its sort key: a page, or what is kept of a producer or a request. */
export function describeKey({ pk, sk }: ItemKey): string {
  if (sk.startsWith('i#')) return `page ${Number(sk.slice(2))}`;
  return sk.startsWith('producer#') ? `the item of producer ${sk.slice('producer#'.length)}` : `item ${pk}`;
}

function describeOp(op: WriteOp): string {
  if (op.kind !== 'put') return `${op.kind}s ${describeKey(op.key)}`;
  const { key, attributes, data, condition } = op;
  const where = typeof condition === 'string' ? condition : `at version ${condition.version}`;
  const when = condition === 'none' ? '' : `, if ${where}`;
  if (key.sk.startsWith('i#')) return `puts page ${attributes.base} to ${attributes.to}${when}`;
  if (key.sk.startsWith('producer#') && data !== undefined) {
    return `writes out that ${describeKey(key).slice('the item of '.length)} is at ${decodeProducerState(data).lastSequence}${when}`;
  }
  return `puts ${describeKey(key)}${when}`;
}
