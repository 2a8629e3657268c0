import * as z from 'zod';
import type { Attributes, Item, ItemKey, Version } from '../storage/item.ts';
import { deletedKey, topicKey } from '../storage/keys.ts';
import type { Topic } from './types.ts';

const attributesSchema = z
  .strictObject({
    id: z.string().min(1),
    partitionCount: z.int().min(1),
    /**
     * Partitions that have a head, or may have one since somebody began to add them. A deletion kills this
     * many; reading and writing go by `partitionCount`.
     */
    headCount: z.int().min(1),
    overrides: z.record(z.string(), z.string()),
  })
  .refine(({ partitionCount, headCount }) => headCount >= partitionCount);

/** What `TOPICS / <name>` says, and the version under which it said so. */
export interface StoredTopic extends Topic {
  readonly headCount: number;
  readonly version: Version;
}

export function encodeTopic(topic: Omit<StoredTopic, 'version'>): {
  readonly key: ItemKey;
  readonly attributes: Attributes;
} {
  const { name, id, partitionCount, headCount, overrides } = topic;
  const attributes = attributesSchema.parse({ id, partitionCount, headCount, overrides });
  return { key: topicKey(name), attributes };
}

export function decodeTopic(item: Item): StoredTopic {
  return { name: item.key.sk, ...attributesSchema.parse(item.attributes), version: item.version };
}

/** The topic as callers know it. */
export function asTopic({ name, id, partitionCount, overrides }: StoredTopic): Topic {
  return { name, id, partitionCount, overrides };
}

const deletedSchema = z.strictObject({
  name: z.string().min(1),
  headCount: z.int().min(1),
  /**
   * `creating`: heads are being made, and no topic refers to them yet; what a crash leaves is garbage.
   * `killing`: the topic is gone, and some heads may not have heard of it. `killed`: all of them have.
   */
  state: z.enum(['creating', 'killing', 'killed']),
});

/** What `DELETED / <topic id>` says: something that maintenance has still to remove. */
export type DeletedTopic = z.output<typeof deletedSchema> & {
  readonly id: string;
  readonly version: Version;
};

export function encodeDeleted(deleted: Omit<DeletedTopic, 'version'>): {
  readonly key: ItemKey;
  readonly attributes: Attributes;
} {
  const { id, name, headCount, state } = deleted;
  return { key: deletedKey(id), attributes: deletedSchema.parse({ name, headCount, state }) };
}

export function decodeDeleted(item: Item): DeletedTopic {
  return { id: item.key.sk, ...deletedSchema.parse(item.attributes), version: item.version };
}
