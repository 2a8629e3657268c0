import { intakeObjectKey } from '../../storage/keys.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import { retryRepeatable } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import type { Intake } from './build-intake.ts';

/**
 * Puts the intake object, before anything refers to it: an orphan is garbage, a dangling reference is loss.
 * Repeating the put is harmless, for the key is ours alone. An attempt that got no answer may still be reading
 * the bytes, so whoever writes into them later must know that there was one: `repeated` says so.
 */
export async function uploadIntake(
  objects: ObjectStore,
  runtime: Runtime,
  intake: Intake,
): Promise<{ readonly repeated: boolean }> {
  let attempts = 0;
  await retryRepeatable(runtime, () => {
    attempts += 1;
    return objects.put(intakeObjectKey(intake.objectId), intake.parts);
  });
  return { repeated: attempts > 1 };
}
