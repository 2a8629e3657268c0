import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { isTopicName } from '../../kafka/topic-name.ts';
import { AnsweredError } from '../answered-error.ts';
import { CliError, exitCode } from '../cli-error.ts';
import { type Connection, connect } from '../connect.ts';
import { GroupApi, type Subscription } from '../consume/group-api.ts';
import { GroupConsumer } from '../consume/group-consumer.ts';
import { Printer } from '../consume/printer.ts';
import { type PartitionCounts, readPartitionCounts, StartOffset } from '../consume/start-offset.ts';
import { formats } from '../fetch/format-record.ts';
import { parseFrom, type StartQuery } from '../fetch/start-offset.ts';
import { systemClock as clock } from '../retries.ts';
import { stopRequested } from '../signals.ts';
import { leaveFailuresToWrites } from '../stdout.ts';
import { countOf } from '../text.ts';

export interface ConsumeOptions extends Connection {
  readonly group: string;
  /** Instead of topics by name. */
  readonly pattern?: string;
  readonly from: string;
  readonly instanceId?: string;
  readonly maxRecords?: number;
  readonly timeoutMs?: number;
  readonly format: keyof typeof formats;
}

/** Beyond it the others get the partitions of a member that does not let go of them. */
const REBALANCE_TIMEOUT_MS = 60_000;
const BAD_REQUEST = 400;

/** Prints, as a member of a group, the records of the topics that it shares with the group's other members. */
export async function consume(topics: readonly string[], options: ConsumeOptions): Promise<void> {
  const { group, instanceId, maxRecords, timeoutMs } = options;
  if (group === '') throw usage('--group is empty: it has to be the name of a group');
  const subscription = parseSubscription(topics, options.pattern);
  const from = parseStart(options.from);
  const client = connect(options);
  const stop = stopRequested();
  leaveFailuresToWrites();
  const known = await readPartitionCounts(client, subscription);
  warnOfMissing(subscription, known);
  const api = new GroupApi(client, {
    group,
    memberId: randomUUID(),
    instanceId,
    clientId: `rivulet@${hostname()}:${process.pid}`,
    rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
    subscription,
  });
  const printer = new Printer({
    stream: process.stdout,
    format: formats[options.format],
    recordsMax: maxRecords,
    onFull: () => consumer.end(),
    monotonicMs: clock.monotonicMs,
  });
  const startOffset = new StartOffset(client, from, known);
  const consumer = new GroupConsumer({ client, group, api, printer, startOffset, clock, timeoutMs, say });
  void stop.then((signal) => {
    // A terminal has written ^C, and what comes next would stand behind it.
    if (signal === 'SIGINT' && process.stderr.isTTY) say('');
    consumer.end();
  });
  try {
    await consumer.run();
  } catch (error) {
    if (printer.count === 0) throw asUsage(error);
    say(countOf(printer.count, 'record'));
    throw error;
  }
  say(countOf(printer.count, 'record'));
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const usage = (message: string): CliError => new CliError(message, { exitCode: exitCode.usage });

function parseSubscription(topics: readonly string[], pattern: string | undefined): Subscription {
  if (pattern !== undefined && topics.length > 0) throw usage('name topics or give a --pattern, not both');
  if (pattern !== undefined) return { pattern };
  if (topics.length === 0) throw usage('name the topics to consume, or give a --pattern for their names');
  const wrong = topics.find((topic) => !isTopicName(topic));
  if (wrong !== undefined) throw usage(`${wrong} cannot be the name of a topic`);
  return { topics: Array.from(new Set(topics)) };
}

function parseStart(from: string): StartQuery {
  const start = parseFrom(from);
  if ('timestamp' in start || typeof start.offset === 'string') return start;
  throw usage(`an offset is one partition's: --from takes earliest, latest or a time here, and got ${from}`);
}

function warnOfMissing(subscription: Subscription, known: PartitionCounts): void {
  if ('pattern' in subscription) return;
  for (const topic of subscription.topics) {
    if (!known.has(topic)) say(`there is no topic ${topic} yet: waiting for it`);
  }
}

/** What the broker says of a pattern or of a name in the command line. */
function asUsage(error: unknown): unknown {
  return error instanceof AnsweredError && error.status === BAD_REQUEST ? usage(error.message) : error;
}
