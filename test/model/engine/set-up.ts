import { applyCall } from './apply-call.ts';
import { askingStores } from './asking-stores.ts';
import { ModelRuntime } from './model-runtime.ts';
import type { Script } from './process.ts';
import { emptyStores, type StoreState } from './store-state.ts';
import type * as Subject from './subject.ts';

/** Draws for the set-up that no process of the model draws. */
const SET_UP_PROCESS = 9;

/** The stores after `script` ran on empty ones, alone and without faults. */
export async function setUp(subject: typeof Subject, script: Script | undefined): Promise<StoreState> {
  let state = emptyStores();
  if (script === undefined) return state;
  const ask = async (call: Parameters<typeof applyCall>[2]) => {
    const applied = applyCall(subject, state, call);
    state = applied.state;
    return applied.answer;
  };
  await script.run({
    subject,
    ...askingStores(ask, subject),
    runtime: new ModelRuntime(SET_UP_PROCESS),
    tell: () => undefined,
  });
  return state;
}
