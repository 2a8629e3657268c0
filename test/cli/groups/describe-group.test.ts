import { describe, expect, test } from 'vitest';
import { headline, lagTable, memberTable } from '../../../lib/cli/groups/describe-group.ts';
import type { GroupDescription, GroupMember, PartitionLag } from '../../../lib/cli/groups/groups-api.ts';

const lag = (partition: number, more: Partial<PartitionLag> = {}): PartitionLag => ({
  topic: 'orders',
  partition,
  current_offset: 5,
  log_end_offset: 9,
  lag: 4,
  member_id: 'm1',
  instance_id: null,
  client_id: 'c1',
  ...more,
});

const owns = (...partitions: number[]) => ({ topic_partitions: [{ topic_name: 'orders', partitions }] });
const member: GroupMember = {
  member_id: 'm1',
  instance_id: null,
  client_id: null,
  member_epoch: 3,
  state: 'STABLE',
  assignment: owns(0, 1),
  target_assignment: owns(0, 1),
};
const group = (...members: GroupMember[]): GroupDescription => ({
  group_id: 'g',
  state: 'Stable',
  group_epoch: 3,
  assignor: 'uniform',
  is_simple: false,
  members,
});

test('a group in a line', () => {
  expect(headline(group(member))).toBe('g: Stable, 1 member, epoch 3, assignor uniform\n');
});

describe('lags', () => {
  test('are a table and their sum', () => {
    expect(lagTable([lag(0), lag(10, { current_offset: 12345, lag: 10 })])).toBe(
      [
        'TOPIC   PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG  CONSUMER-ID  CLIENT-ID',
        'orders          0               5               9    4  m1           c1',
        'orders         10           12345               9   10  m1           c1',
        'total lag: 14',
        '',
      ].join('\n'),
    );
  });

  test('are not known where nothing is committed', () => {
    const unknown = lag(1, { current_offset: null, lag: null, member_id: null, client_id: null });
    expect(lagTable([lag(0), unknown])).toContain(
      [
        'orders          1               -               9    -  -            -',
        'total lag: 4, without 1 partition that nothing is committed for',
        '',
      ].join('\n'),
    );
  });

  test('tell instance ids where there are some', () => {
    const [heading, row] = lagTable([lag(0, { instance_id: 'i1' })]).split('\n');
    expect(heading).toMatch(/CONSUMER-ID {2}INSTANCE-ID {2}CLIENT-ID$/);
    expect(row).toMatch(/m1 +i1 +c1$/);
  });

  test('of nothing are no table', () => {
    expect(lagTable([])).toBe('nothing is committed, and nothing is assigned\n');
  });
});

describe('members', () => {
  test('are a table', () => {
    expect(memberTable(group(member))).toBe(
      [
        'CONSUMER-ID  CLIENT-ID  EPOCH  STATE   #PARTITIONS  ASSIGNMENT',
        'm1           -              3  STABLE            2  orders(0,1)',
        '',
      ].join('\n'),
    );
  });

  test('show what they shall have in the end while that is something else', () => {
    const joining = { ...member, member_id: 'm2', assignment: { topic_partitions: [] } };
    const [heading, row] = memberTable(group(joining)).split('\n');
    expect(heading).toMatch(/ASSIGNMENT {2}TARGET$/);
    expect(row).toMatch(/ 0 +- +orders\(0,1\)$/);
  });
});
