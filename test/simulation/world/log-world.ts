import type { PartitionLogs } from '../../../lib/log/types.ts';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import { Recorder } from '../history/recorder.ts';
import type { Story } from '../story/story.ts';
import type { BrokerSlot } from './broker-processes.ts';
import type { Asked, ClientLogs, ClientWorld } from './client-world.ts';
import { type Reply, SimulatedWorld, type WorldOptions } from './simulated-world.ts';

/** A world in which the processes run the log of some partitions. */
export class LogWorld extends SimulatedWorld<PartitionLogs, Story> implements ClientWorld {
  readonly recorder = new Recorder();
  readonly partitions: readonly PartitionKey[];

  constructor(story: Story, options: WorldOptions) {
    super(story, options, (process, stores) => process.openLogs(stores));
    this.partitions = Array.from({ length: story.partitions }, (_, partition) => ({
      topicId: 't',
      partition,
    }));
    for (const partition of this.partitions) this.table.createHead(partition, 1);
  }

  partition(index: number): PartitionKey {
    const partition = this.partitions[index];
    if (partition === undefined) throw new Error(`there is no partition ${index}`);
    return partition;
  }

  askLog<Result>(
    asked: Asked,
    withinMs: number,
    work: (logs: ClientLogs, process: string) => Promise<Result>,
    wayMs?: number,
  ): Promise<Reply<Result>> {
    return this.ask(this.#slotFor(asked), withinMs, work, wayMs);
  }

  /** Of the broker that leads, as a client knows by its metadata; or of any. */
  #slotFor({ partition, process, isAstray }: Asked): BrokerSlot<PartitionLogs> {
    const leader = this.table.getHead(this.partition(partition))?.leader;
    const led = this.slots.filter(({ shape }) => isAstray || shape.brokerId === leader);
    const slot = led[process % Math.max(led.length, 1)] ?? this.slots[process % this.slots.length];
    if (slot === undefined) throw new Error('there is no process');
    return slot;
  }
}
