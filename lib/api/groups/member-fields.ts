import * as z from 'zod';
import type { MemberName } from '../../group/types.ts';

/** Who speaks about offsets. Absent: somebody who assigns partitions to himself. */
export const memberFields = {
  member_id: z.string().nullish().describe('Absent: for partitions that no member was assigned.'),
  member_epoch: z.int().nullish().describe('As the last heartbeat answered it.'),
};

interface MemberFields {
  readonly member_id?: string | null | undefined;
  readonly member_epoch?: number | null | undefined;
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

/** For `refine`: one without the other is a mistake that could move the offsets of somebody else. */
export const isWholeName = ({ member_id, member_epoch }: MemberFields): boolean =>
  isAbsent(member_id) === isAbsent(member_epoch);

export const WHOLE_NAME = {
  path: ['member_id'],
  error: 'has to come with member_epoch, and member_epoch with it',
};

export function memberNameOf({ member_id, member_epoch }: MemberFields): MemberName | undefined {
  if (typeof member_id !== 'string' || typeof member_epoch !== 'number') return undefined;
  return { memberId: member_id, memberEpoch: member_epoch };
}
