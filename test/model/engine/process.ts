import type { Runtime } from '../../../lib/log/runtime.ts';
import type { MetadataStore } from '../../../lib/storage/metadata-store.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import type { Told } from '../checks/told.ts';
import { askingStores } from './asking-stores.ts';
import type { Answer, StoreCall } from './calls.ts';
import { ModelRuntime } from './model-runtime.ts';
import type * as Subject from './subject.ts';

/** What the script of a process works with. */
export interface Bench {
  readonly subject: typeof Subject;
  readonly objects: ObjectStore;
  readonly metadata: MetadataStore;
  readonly runtime: Runtime;
  tell(told: Told): void;
}

/**
 * What a process does. All of it follows from the answers that it got and from their order, so those are its state; it
 * may have several calls in the air at once.
 */
export interface Script {
  readonly name: string;
  run(bench: Bench): Promise<void>;
}

/** A call of a process that has no answer yet. */
export interface OpenCall {
  /** Which of its calls it is, counted from 0. */
  readonly place: number;
  readonly request: StoreCall;
}

/** An answer to the call of that place. */
export interface Reply {
  readonly place: number;
  readonly answer: Answer;
}

/** Where a process stands after some answers. */
export interface Standing {
  /** What it waits for, in the order in which it asked; nothing when it has come to its end. */
  readonly calls: readonly OpenCall[];
  readonly told: readonly Told[];
  /** What it threw: always a bug. */
  readonly thrown: unknown;
}

/** Runs a process from its beginning, with the answers that it got, as far as it comes with them. */
export async function replay(
  subject: typeof Subject,
  script: Script,
  process: number,
  replies: readonly Reply[],
): Promise<Standing> {
  const told: Told[] = [];
  const open = new Map<number, { request: StoreCall; resolve: (answer: Answer) => void }>();
  let asked = 0;
  const ask = (request: StoreCall): Promise<Answer> => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    open.set(asked, { request, resolve });
    asked += 1;
    return promise;
  };
  const bench: Bench = {
    subject,
    ...askingStores(ask, subject),
    runtime: new ModelRuntime(process),
    tell: (one) => told.push(one),
  };
  let hasEnded = false;
  let thrown: unknown;
  script
    .run(bench)
    .catch((error: unknown) => {
      thrown = error;
    })
    .finally(() => {
      hasEnded = true;
    });
  await untilAllWait();
  for (const { place, answer } of replies) {
    open.get(place)?.resolve(answer);
    open.delete(place);
    await untilAllWait();
  }
  if (!hasEnded && open.size === 0) thrown = new Error('it waits for nothing that could come');
  const calls = [...open].map(([place, { request }]) => ({ place, request }));
  return { calls, told, thrown };
}

/** Nothing in a process takes time, so once everything had its turn it waits for the stores. */
const untilAllWait = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
