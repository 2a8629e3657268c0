import { decodeIndexPage } from '../../../lib/log/codec/index-page.ts';
import { decodeProducerState } from '../../../lib/log/codec/producer-state.ts';
import type { Head, HeadOutcome } from '../../../lib/storage/head.ts';
import type { Item } from '../../../lib/storage/item.ts';
import type { Answer, StoreCall } from '../engine/calls.ts';
import type { Names } from './names.ts';

/** What the stores answer to a call. The result of each operation is what its contract says. */
export function describeAnswer(call: StoreCall, answer: Answer, names: Names): string {
  if (answer.kind === 'unknown') return 'no answer comes';
  if (answer.kind === 'refused') return 'refused';
  const { result } = answer;
  switch (call.operation) {
    case 'getHead':
      return describeHead(result as Head);
    case 'getMany':
      return (result as (Item | undefined)[]).map(describeItem).join(', ');
    case 'query':
      return (result as Item[]).map(describePage).join(', ') || 'none';
    case 'append':
    case 'trim':
    case 'lead':
    case 'raiseBarrier': {
      const { kind, head } = result as HeadOutcome;
      return `${kind}${head ? `, ${describeHead(head)}` : ''}`;
    }
    case 'getObject':
      return result === undefined ? 'there is none' : 'whole';
    case 'listObjects':
      return (result as string[]).map((key) => names.ofKey(key)).join(', ') || 'none';
    case 'write':
    case 'putObject':
    case 'deleteObjects':
      return 'done';
  }
}

function describeHead({ epoch, tail, next, producers, evictions, barrier }: Head): string {
  const states = [...producers].map(
    ([id, state]) => `, producer ${id} at ${decodeProducerState(state).lastSequence}`,
  );
  const counted = evictions === 0 ? '' : `, evictions ${evictions}`;
  return `epoch ${epoch}, tail ${tail}, next ${next}${states.join('')}${counted}${barrier && ', a barrier'}`;
}

function describeItem(item: Item | undefined): string {
  if (item === undefined) return 'there is none';
  const { version, key, data } = item;
  const isProducer = key.sk.startsWith('producer#') && data !== undefined;
  return `${isProducer ? `at ${decodeProducerState(data).lastSequence}, ` : ''}version ${version}`;
}

function describePage(item: Item): string {
  const { base, to } = decodeIndexPage(item);
  return `${base} to ${to}`;
}
