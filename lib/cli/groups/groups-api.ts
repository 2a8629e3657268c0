import { type Client, segment } from '../client.ts';

/** What the broker tells of consumer groups, in its own names: `--json` gives them on as they are. */

export interface GroupListing {
  readonly group_id: string;
  readonly state: string;
  readonly member_count: number;
  readonly is_simple: boolean;
  readonly assignor: string;
}

export interface Assignment {
  readonly topic_partitions: readonly {
    readonly topic_name: string;
    readonly partitions: readonly number[];
  }[];
}

export interface GroupMember {
  readonly member_id: string;
  readonly instance_id: string | null;
  readonly client_id: string | null;
  readonly member_epoch: number;
  readonly state: string;
  readonly assignment: Assignment;
  readonly target_assignment: Assignment;
}

export interface GroupDescription {
  readonly group_id: string;
  readonly state: string;
  readonly group_epoch: number;
  readonly assignor: string;
  readonly is_simple: boolean;
  readonly members: readonly GroupMember[];
}

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly current_offset: number | null;
  readonly log_end_offset: number;
  readonly lag: number | null;
  readonly member_id: string | null;
  readonly instance_id: string | null;
  readonly client_id: string | null;
}

export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

const pathOf = (group: string): string => `/groups/${segment(group)}`;

export async function readGroups(client: Client): Promise<readonly GroupListing[]> {
  return (await client.json<{ groups: GroupListing[] }>('/groups')).groups;
}

export function readGroup(client: Client, group: string): Promise<GroupDescription> {
  return client.json(pathOf(group));
}

export async function readLags(client: Client, group: string): Promise<readonly PartitionLag[]> {
  return (await client.json<{ lags: PartitionLag[] }>(`${pathOf(group)}/lags`)).lags;
}

export async function deleteGroup(client: Client, group: string): Promise<void> {
  await client.send(pathOf(group), { method: 'DELETE' });
}

/** All that a group has committed. */
export async function readCommitted(client: Client, group: string): Promise<readonly PartitionOffset[]> {
  const path = `${pathOf(group)}/offsets:fetch`;
  return (await client.json<{ offsets: PartitionOffset[] }>(path, { method: 'POST', body: {} })).offsets;
}

/** Where a reset leads to. */
export type ResetTo =
  | 'earliest'
  | 'latest'
  /** Milliseconds since 1970. */
  | { readonly timestamp: number }
  | { readonly shift_by: number }
  | { readonly offset: number };

export interface ResetRequest {
  readonly partitions: readonly { readonly topic: string; readonly partition?: number }[];
  readonly to: ResetTo;
  /** Tell what would be, and change nothing. */
  readonly dry_run: boolean;
}

export async function resetOffsets(
  client: Client,
  group: string,
  body: ResetRequest,
): Promise<readonly PartitionOffset[]> {
  const path = `${pathOf(group)}/offsets:reset`;
  return (await client.json<{ offsets: PartitionOffset[] }>(path, { method: 'POST', body })).offsets;
}
