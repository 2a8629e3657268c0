import { asOffset } from '../../../lib/kafka/types.ts';
import type { Stores } from '../../../lib/storage/embedded.ts';
import { StoreError } from '../../../lib/storage/errors.ts';
import type { ProcessShape } from '../story/common-story.ts';
import type { OperatorAct } from '../story/story.ts';
import type { LogWorld } from '../world/log-world.ts';
import { collectGarbage } from './garbage-collector.ts';

/** Retention, garbage collection, take-overs; and the one who pulls plugs. */
export async function operator(world: LogWorld, acts: readonly OperatorAct[]): Promise<void> {
  for (const [index, act] of acts.entries()) {
    await world.scheduler.sleep(act.pauseMs);
    if (act.act === 'crash') world.slots[act.process]?.running.process.crash();
    else if (act.act === 'freeze') world.slots[act.process]?.running.process.freeze(act.ms);
    else await inProcess(world, `maintenance ${index}`, (stores) => maintain(world, act, stores));
  }
}

const SHAPE: ProcessShape = { brokerId: 0, clockErrorMs: 0, clockStopsInFreeze: false, limits: {} };

type RawStores = Pick<Stores, 'objects' | 'metadata'>;

/** Does the work in a process of its own, which may freeze and crash like any other. */
async function inProcess(
  world: LogWorld,
  name: string,
  work: (stores: RawStores) => Promise<void>,
): Promise<void> {
  const { process, stores } = world.startProcess(name, SHAPE);
  const done = work(stores).catch((error: unknown) => {
    if (!(error instanceof StoreError)) throw error;
    world.trace?.(name, `gives up: ${error.message}`);
  });
  await Promise.race([done, process.whenCrashed]);
}

type MaintenanceAct = Exclude<OperatorAct, { act: 'crash' | 'freeze' }>;

async function maintain(world: LogWorld, act: MaintenanceAct, stores: RawStores): Promise<void> {
  switch (act.act) {
    case 'retention':
      return cutBack(world, act, stores);
    case 'lead': {
      const partition = world.partition(act.partition);
      const head = await stores.metadata.getHead(partition);
      if (head !== undefined) await stores.metadata.lead({ partition, to: act.brokerId, seen: head.epoch });
      return;
    }
    case 'collect garbage':
      return collectGarbage(stores, world.partitions, act.fraction);
  }
}

async function cutBack(
  world: LogWorld,
  { partition, fraction }: Extract<OperatorAct, { act: 'retention' }>,
  { metadata }: RawStores,
): Promise<void> {
  const head = await metadata.getHead(world.partition(partition));
  const to = asOffset(Math.floor((head?.next ?? 0) * fraction));
  const advance = world.recorder.beginAdvance(partition, to);
  const outcome = await metadata.advance(world.partition(partition), to);
  if (outcome.kind === 'done') advance.ended = world.recorder.instant();
}
