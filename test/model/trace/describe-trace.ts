import type { Told } from '../checks/told.ts';
import type { StoreCall } from '../engine/calls.ts';
import type { Step } from '../engine/machine.ts';
import type { StoreState } from '../engine/store-state.ts';
import { describeAnswer } from './describe-answer.ts';
import { describeCall } from './describe-call.ts';
import { Names } from './names.ts';

/** The steps of a trace in plain words, one a line, numbered from 1. */
export function describeTrace(
  steps: readonly Step[],
  processes: readonly string[],
  before: StoreState,
): string[] {
  const names = new Names(before);
  const senders = new Map<StoreCall, string>();
  const told = new Map<string, number>();
  return steps.map((step, index) => {
    const { call, outcome, answer, node } = step;
    names.saw(call);
    const who = (step.process === undefined ? senders.get(call) : processes[step.process]) ?? 'somebody';
    senders.set(call, who);
    const did = `${who} ${describeCall(call, names)}`;
    const news = node?.told.slice(told.get(who) ?? 0) ?? [];
    if (node !== undefined) told.set(who, node.told.length);
    return `${index + 1}. ${describeStep(did, outcome, describeAnswer(call, answer, names))}${news.map((one) => `; ${describeTold(one)}`).join('')}`;
  });
}

function describeStep(did: string, outcome: Step['outcome'], answer: string): string {
  switch (outcome) {
    case 'answered':
      return `${did}: ${answer}`;
    case 'unanswered':
      return `${did}: no answer comes, it may be done later`;
    case 'repeated':
      return `${did}: it is sent once more by something below, and may be done later`;
    case 'late':
      return `late: ${did}: ${answer}`;
  }
}

function describeTold(told: Told): string {
  switch (told.kind) {
    case 'stands':
      return `its client hears that ${told.values.join(' ')} stands at ${told.offset}`;
    case 'failed':
      return `its client hears that ${told.values.join(' ')} failed (${told.error})`;
    case 'mayStand':
      return `its client hears that ${told.values.join(' ')} may stand in the log`;
    case 'sent':
      return `its client sends ${told.values.join(' ')}`;
    case 'read':
      return `its client gets "${told.values.join(' ')}" from ${told.offset} to ${told.highWatermark}`;
  }
}
