import { type Connection, connect } from '../connect.ts';
import { nameOf } from '../consume/assigned-partition.ts';
import * as api from '../groups/groups-api.ts';
import { parseTarget, parseTopics, type ResetOptions } from '../groups/reset-target.ts';
import { table } from '../text.ts';

export interface ResetOffsetsOptions extends ResetOptions, Connection {
  /** Each a topic, or a topic and some of its partitions. */
  readonly topic: readonly string[];
  readonly execute?: boolean;
  readonly json?: boolean;
}

/** Moves a group's offsets, or shows where they would go. */
export async function resetOffsets(group: string, options: ResetOffsetsOptions): Promise<void> {
  const { execute = false, json } = options;
  const partitions = parseTopics(options.topic);
  const to = parseTarget(options);
  const client = connect(options);
  const before = await api.readCommitted(client, group);
  const moved = await api.resetOffsets(client, group, { partitions, to, dry_run: !execute });
  if (json) {
    process.stdout.write(`${JSON.stringify({ group_id: group, executed: execute, offsets: moved })}\n`);
    return;
  }
  const committedAt = new Map(before.map((each) => [nameOf(each), each.offset]));
  const rows = moved.map((each) => [
    each.topic,
    each.partition,
    committedAt.get(nameOf(each)) ?? '-',
    each.offset,
  ]);
  process.stdout.write(table([['TOPIC', 'PARTITION', 'CURRENT-OFFSET', 'NEW-OFFSET'], ...rows]));
  if (!execute) process.stderr.write('nothing has been changed: --execute does it\n');
}
