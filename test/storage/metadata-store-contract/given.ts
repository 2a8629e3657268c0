import { expect } from 'vitest';
import type { HeadAppend, PartitionKey } from '../../../lib/storage/head.ts';
import type { Attributes, Condition, ItemKey, WriteOp } from '../../../lib/storage/item.ts';
import type { MetadataStore } from '../../../lib/storage/metadata-store.ts';
import { GIVEN } from '../head-cases.ts';
import { append, applyToStore } from '../head-commands.ts';

export const key = (sk: string, pk = 'P'): ItemKey => ({ pk, sk });

export function put(sk: string, attributes: Attributes = {}, condition: Condition = 'none'): WriteOp {
  return { kind: 'put', key: key(sk), attributes, condition };
}

export const PARTITION: PartitionKey = { topicId: '3f0c7e62-58a5-4c9a-8a3e-0d8f6a1b2c3d', partition: 0 };
export const OTHER: PartitionKey = { ...PARTITION, partition: 1 };
export const NO_HEAD: PartitionKey = { ...PARTITION, partition: 2 };

export async function makeGivenHead(store: MetadataStore): Promise<void> {
  await store.createHeads([PARTITION], 1);
  for (const command of GIVEN) {
    expect((await applyToStore(store, PARTITION, command)).kind).toBe('done');
  }
}

export const newAppend = (appendId: string, overrides: Partial<HeadAppend> = {}): HeadAppend => {
  const command = append(appendId, overrides);
  if (!('append' in command)) throw new Error('not an append');
  return { partition: PARTITION, ...command.append };
};

export const kinds = (outcomes: readonly { kind: string }[]) => outcomes.map((outcome) => outcome.kind);
