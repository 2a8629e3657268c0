import * as z from 'zod';
import { asEpoch, asOffset, type Epoch, type Offset } from '../../kafka/types.ts';
import type { Attributes, Item, Version } from '../../storage/item.ts';

const attributesSchema = z.strictObject({
  generation: z.string().min(1),
  fence: z.int().min(0),
  commit: z
    .strictObject({
      id: z.string().min(1),
      epoch: z.int().min(0),
      offset: z.int().min(0),
      leaderEpoch: z.int().min(0).optional(),
      metadata: z.string(),
      committedMs: z.int(),
    })
    .optional(),
});

/** One commit of an offset. */
export interface Commit {
  /** Fresh for each request, so that a repeated write is known again. */
  readonly id: string;
  /** The assignment epoch by which it was made, or the epoch of a group without members. */
  readonly epoch: number;
  readonly offset: Offset;
  readonly leaderEpoch: Epoch | undefined;
  readonly metadata: string;
  /** Milliseconds since 1970, by the clock of the process that took it. */
  readonly committedMs: number;
}

/** What a group keeps for a partition. */
export interface CommittedPartition {
  /** Of the group: what an earlier group of this name committed does not count. */
  readonly generation: string;
  /** Commits of whoever got the partition below this epoch are refused (KIP-1251). */
  readonly fence: number;
  /** `undefined` when somebody has asked for the offset, and nobody has committed one. */
  readonly commit: Commit | undefined;
}

export interface StoredPartition extends CommittedPartition {
  readonly version: Version;
}

/** What `G#<group> / o#<topic id>#<partition>` holds. */
export function encodeCommitted({ generation, fence, commit }: CommittedPartition): Attributes {
  if (commit === undefined) return attributesSchema.parse({ generation, fence }) as Attributes;
  const { leaderEpoch, ...rest } = commit;
  const encoded = { ...rest, ...(leaderEpoch !== undefined && { leaderEpoch }) };
  return attributesSchema.parse({ generation, fence, commit: encoded }) as Attributes;
}

export function decodeCommitted({ attributes, version }: Item): StoredPartition {
  const { generation, fence, commit } = attributesSchema.parse(attributes);
  if (commit === undefined) return { generation, fence, commit: undefined, version };
  const { id, epoch, offset, leaderEpoch, metadata, committedMs } = commit;
  const decoded: Commit = {
    id,
    epoch,
    offset: asOffset(offset),
    leaderEpoch: leaderEpoch === undefined ? undefined : asEpoch(leaderEpoch),
    metadata,
    committedMs,
  };
  return { generation, fence, commit: decoded, version };
}
