import { isTopicName } from '../../kafka/topic-name.ts';
import { CliError, exitCode } from '../cli-error.ts';
import { parseTime } from '../fetch/start-offset.ts';
import type { ResetRequest, ResetTo } from './groups-api.ts';

/** The ways to go, of which one is chosen. */
export interface ResetOptions {
  readonly toEarliest?: boolean;
  readonly toLatest?: boolean;
  readonly toDatetime?: string;
  readonly shiftBy?: number;
  readonly toOffset?: number;
}

const WAYS = '--to-earliest, --to-latest, --to-datetime, --shift-by or --to-offset';

const usage = (message: string): CliError => new CliError(message, { exitCode: exitCode.usage });

/** @throws CliError (usage) unless just one is chosen, and means something. */
export function parseTarget({ toEarliest, toLatest, toDatetime, shiftBy, toOffset }: ResetOptions): ResetTo {
  const chosen: ResetTo[] = [];
  if (toEarliest) chosen.push('earliest');
  if (toLatest) chosen.push('latest');
  if (toDatetime !== undefined) chosen.push({ timestamp: timestampOf(toDatetime) });
  if (shiftBy !== undefined) chosen.push({ shift_by: shiftBy });
  if (toOffset !== undefined) chosen.push({ offset: toOffset });
  const [target] = chosen;
  if (target === undefined) throw usage(`say where to: one of ${WAYS}`);
  if (chosen.length > 1) throw usage(`there is one place to go to: choose one of ${WAYS}`);
  return target;
}

function timestampOf(text: string): number {
  const timestamp = parseTime(text);
  if (timestamp !== undefined) return timestamp;
  throw usage(`--to-datetime takes a time like 2026-01-31T12:00:00Z, and got ${text}`);
}

/** `orders` or `orders:0,2`. @throws CliError (usage) */
export function parseTopics(topics: readonly string[]): ResetRequest['partitions'] {
  const parsed = topics.flatMap(parseTopic);
  const names = parsed.map(({ topic, partition }) => `${topic}:${partition ?? ''}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw usage(`--topic names ${twice.replace(/:$/, '')} twice`);
  return parsed;
}

function parseTopic(text: string): ResetRequest['partitions'] {
  const [topic = '', numbers, ...more] = text.split(':');
  const isList = numbers === undefined || /^\d{1,9}(,\d{1,9})*$/.test(numbers);
  if (!isTopicName(topic) || !isList || more.length > 0) {
    throw usage(`--topic takes a topic, or a topic and partitions like orders:0,2, and got ${text}`);
  }
  if (numbers === undefined) return [{ topic }];
  return numbers.split(',').map((partition) => ({ topic, partition: Number(partition) }));
}
