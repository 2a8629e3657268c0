import { decodeLogEntry } from '../../../lib/log/codec/log-entry.ts';
import type { HeadAppend, ObjectId } from '../../../lib/storage/head.ts';
import { intakeObjectKey } from '../../../lib/storage/keys.ts';
import { valuesInObject } from '../checks/log-view.ts';
import type { StoreCall } from '../engine/calls.ts';
import type { StoreState } from '../engine/store-state.ts';

/** What objects are called in a trace: by the records in them. */
export class Names {
  readonly #values = new Map<string, string>();

  constructor({ objects }: StoreState) {
    for (const [key, bytes] of objects) this.#values.set(key, valuesInObject(bytes).join(' '));
  }

  /** Remembers what a call uploads. */
  saw(call: StoreCall): void {
    if (call.operation === 'putObject') this.#values.set(call.key, valuesInObject(call.bytes).join(' '));
  }

  ofKey(key: string): string {
    return this.#values.get(key) ?? 'records that are not uploaded';
  }

  ofObject(id: ObjectId): string {
    return this.ofKey(intakeObjectKey(id));
  }

  ofAppend({ entry }: HeadAppend): string {
    return this.ofObject(decodeLogEntry(entry).objectId);
  }
}
