import { countOf, table } from '../text.ts';
import type { Assignment, GroupDescription, PartitionLag } from './groups-api.ts';

/** As Kafka's tool writes what there is none of. */
const NONE = '-';

/** `billing: Stable, 2 members` */
export function headline({ group_id, state, members, group_epoch, assignor }: GroupDescription): string {
  const who = members.length === 0 ? 'no members' : countOf(members.length, 'member');
  return `${group_id}: ${state}, ${who}, epoch ${group_epoch}, assignor ${assignor}\n`;
}

/** Of what is committed; what is not cannot be told. */
export function totalLag(lags: readonly PartitionLag[]): number {
  return lags.reduce((sum, { lag }) => sum + (lag ?? 0), 0);
}

/** A row for each partition, and the sum, in the columns of `kafka-consumer-groups --describe`. */
export function lagTable(lags: readonly PartitionLag[]): string {
  if (lags.length === 0) return 'nothing is committed, and nothing is assigned\n';
  const instance = optional(lags.some(({ instance_id }) => instance_id !== null));
  const heading = [
    'TOPIC',
    'PARTITION',
    'CURRENT-OFFSET',
    'LOG-END-OFFSET',
    'LAG',
    'CONSUMER-ID',
    ...instance('INSTANCE-ID'),
    'CLIENT-ID',
  ];
  const rows = lags.map((each) => [
    each.topic,
    each.partition,
    each.current_offset ?? NONE,
    each.log_end_offset,
    each.lag ?? NONE,
    each.member_id ?? NONE,
    ...instance(each.instance_id ?? NONE),
    each.client_id ?? NONE,
  ]);
  const unknown = lags.filter(({ lag }) => lag === null).length;
  const rest =
    unknown === 0 ? '' : `, without ${countOf(unknown, 'partition')} that nothing is committed for`;
  return `${table([heading, ...rows])}total lag: ${totalLag(lags)}${rest}\n`;
}

/** A row for each member. What it shall have in the end stands there when that is something else. */
export function memberTable({ members }: GroupDescription): string {
  if (members.length === 0) return '';
  const isMoving = members.some(
    ({ assignment, target_assignment }) => listOf(assignment) !== listOf(target_assignment),
  );
  const target = optional(isMoving);
  const instance = optional(members.some(({ instance_id }) => instance_id !== null));
  const heading = [
    'CONSUMER-ID',
    ...instance('INSTANCE-ID'),
    'CLIENT-ID',
    'EPOCH',
    'STATE',
    '#PARTITIONS',
    'ASSIGNMENT',
    ...target('TARGET'),
  ];
  const rows = members.map((each) => [
    each.member_id,
    ...instance(each.instance_id ?? NONE),
    each.client_id ?? NONE,
    each.member_epoch,
    each.state,
    each.assignment.topic_partitions.reduce((sum, { partitions }) => sum + partitions.length, 0),
    listOf(each.assignment),
    ...target(listOf(each.target_assignment)),
  ]);
  return table([heading, ...rows]);
}

/** A column that is there only when it has something to tell. */
const optional =
  (isThere: boolean) =>
  (cell: string): string[] =>
    isThere ? [cell] : [];

/** `orders(0,1), payments(0)` */
function listOf({ topic_partitions }: Assignment): string {
  const topics = topic_partitions.map(
    ({ topic_name, partitions }) => `${topic_name}(${partitions.join(',')})`,
  );
  return topics.join(', ') || NONE;
}
