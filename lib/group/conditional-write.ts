import { RefusedError, UnknownOutcomeError } from '../storage/errors.ts';
import type { WriteOp } from '../storage/item.ts';
import type { MetadataStore } from '../storage/metadata-store.ts';

/** What became of a write: when nobody knows, what stands there has to be read again. */
export type WriteFate = 'done' | 'refused' | 'unknown';

/** Sends a write, once. @throws NotDoneError. */
export async function conditionalWrite(metadata: MetadataStore, ops: readonly WriteOp[]): Promise<WriteFate> {
  try {
    await metadata.write(ops);
    return 'done';
  } catch (error) {
    if (error instanceof RefusedError) return 'refused';
    if (error instanceof UnknownOutcomeError) return 'unknown';
    throw error;
  }
}
