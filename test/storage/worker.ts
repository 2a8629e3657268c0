import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { asEpoch } from '../../lib/kafka/types.ts';
import { openEmbeddedStores, type Stores } from '../../lib/storage/embedded.ts';
import { RefusedError } from '../../lib/storage/errors.ts';
import { lockFolder } from '../../lib/storage/folder-lock.ts';

/**
 * What the child processes of these tests do: `node worker.ts <job> <folder>`. Each says 'ready', waits for
 * 'go', and works, so that all of them begin at once.
 */
export const PARTITION = { topicId: 'topic', partition: 0 };
export const COUNTER = { pk: 'P', sk: 'counter' };
export const APPENDS_PER_WORKER = 60;
export const INCREMENTS_PER_WORKER = 40;

export interface Appended {
  readonly appendId: string;
  readonly base: number;
  readonly count: number;
}

/** What was answered as kept before the kill. */
export interface Kept {
  readonly key: string;
  readonly intake: string;
  readonly appended: Appended;
}

const say = (message: unknown) => process.send?.(message);

const jobs: Record<string, (stores: Stores) => Promise<void>> = {
  async append({ metadata }) {
    const done: Appended[] = [];
    for (let i = 0; i < APPENDS_PER_WORKER; i++) done.push(await appendOnce(metadata, `m${i}`));
    say(done);
  },

  async increment({ metadata }) {
    let tries = 0;
    for (let done = 0; done < INCREMENTS_PER_WORKER; tries++) {
      const current = await metadata.get(COUNTER);
      const count = Number(current?.attributes.count ?? 0);
      const condition = current ? { version: current.version } : 'absent';
      try {
        await metadata.write([{ kind: 'put', key: COUNTER, attributes: { count: count + 1 }, condition }]);
        done += 1;
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
      }
    }
    say(tries);
  },

  async putAndAppend({ metadata, objects }) {
    for (let i = 0; ; i++) {
      const id = `${process.pid}-${i}`;
      const key = `intake/${id}`;
      await objects.put(key, [contentOf(id)]);
      const appended = await appendOnce(metadata, `m-${id}`);
      say({ key, intake: `m-${id}`, appended } satisfies Kept);
    }
  },
};

/** What an object of that id holds: its own name, again and again, over half a megabyte. */
export function contentOf(id: string): Uint8Array {
  return Buffer.alloc(500_000, `${id} `);
}

async function appendOnce(metadata: Stores['metadata'], objectId: string): Promise<Appended> {
  const append = {
    partition: PARTITION,
    appendId: randomBytes(8).toString('base64url'),
    epoch: asEpoch(0),
    count: 1 + (process.pid % 3),
    entry: Buffer.from(objectId),
    objectId,
    producers: [],
  };
  const intake = { objectId, data: Buffer.alloc(1000, 'x') };
  const [outcome] = await metadata.append({ intake, appends: [append] });
  if (outcome?.kind !== 'done') throw outcome;
  return { appendId: append.appendId, base: outcome.head.next - append.count, count: append.count };
}

/**
 * Takes the lock and holds it until it is killed, or says why it could not. It forgets the lock, and collects
 * garbage before it says that it has it: what is locked must not depend on who still remembers it.
 */
function holdLock(folder: string): void {
  try {
    lockFolder(folder).announce('http://127.0.0.1:8082');
  } catch (error) {
    say(String(error));
    process.disconnect();
    return;
  }
  setInterval(() => undefined, 60_000);
  setImmediate(() => {
    collectGarbage();
    say('locked');
  });
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** Opens the folder that each message names, as soon as it is named. */
function openEach(): void {
  process.on('message', async (folder: string) => {
    const opening = openEmbeddedStores(folder);
    await opening.then(
      () => say('opened'),
      (error: unknown) => say(String(error)),
    );
    await (await opening).close();
  });
  say('ready');
}

async function work(job: string, folder: string): Promise<void> {
  if (job === 'lock') return holdLock(folder);
  if (job === 'open') return openEach();
  const stores = await openEmbeddedStores(folder, { metadata: { busyTimeoutMs: 20_000 } });
  say('ready');
  process.once('message', async () => {
    await jobs[job]?.(stores);
    await stores.close();
    process.disconnect();
  });
}

if (import.meta.main) await work(process.argv[2] ?? '', process.argv[3] ?? '');
