import * as z from 'zod';
import type { GroupDescription, GroupListing, MemberDescription } from '../../group/types.ts';
import { assignmentSchema, assignmentView } from './assignment-view.ts';

/** Kafka's name for groups of KIP-848, the only ones there are. */
const TYPE = 'consumer';

const groupFields = {
  group_id: z.string(),
  type: z.literal(TYPE),
  state: z.enum(['Empty', 'Reconciling', 'Stable']),
};

const isSimple = z.boolean().describe('It never had members: somebody assigns partitions to himself.');

export const listingSchema = z.object({
  ...groupFields,
  member_count: z.int(),
  is_simple: isSimple,
  assignor: z.string(),
});

const memberSchema = z.object({
  member_id: z.string(),
  instance_id: z.string().nullable(),
  client_id: z.string().nullable(),
  rack_id: z.string().nullable(),
  member_epoch: z.int(),
  state: z.enum(['STABLE', 'UNREVOKED_PARTITIONS', 'UNRELEASED_PARTITIONS']),
  subscribed_topic_names: z.array(z.string()),
  subscribed_topic_regex: z.string().nullable(),
  assignment: assignmentSchema.describe('What it may own, and what it has still to let go of.'),
  target_assignment: assignmentSchema.describe('What it shall own in the end.'),
});

export const groupSchema = z.object({
  ...groupFields,
  group_epoch: z.int(),
  assignor: z.string(),
  is_simple: isSimple,
  members: z.array(memberSchema),
});

export function listingView(group: GroupListing): z.output<typeof listingSchema> {
  return {
    group_id: group.groupId,
    type: TYPE,
    state: group.state,
    member_count: group.memberCount,
    is_simple: group.isSimple,
    assignor: group.assignor,
  };
}

/** A group as Kafka's ConsumerGroupDescribe shows it. */
export function groupView(group: GroupDescription): z.output<typeof groupSchema> {
  return {
    group_id: group.groupId,
    type: TYPE,
    state: group.state,
    group_epoch: group.groupEpoch,
    assignor: group.assignor,
    is_simple: group.isSimple,
    members: group.members.map(memberView),
  };
}

function memberView(member: MemberDescription): z.output<typeof memberSchema> {
  return {
    member_id: member.memberId,
    instance_id: member.instanceId ?? null,
    client_id: member.clientId ?? null,
    rack_id: member.rackId ?? null,
    member_epoch: member.memberEpoch,
    state: member.state,
    subscribed_topic_names: Array.from(member.subscribedTopicNames),
    subscribed_topic_regex: member.subscribedTopicRegex ?? null,
    assignment: assignmentView(member.assignment),
    target_assignment: assignmentView(member.targetAssignment),
  };
}
