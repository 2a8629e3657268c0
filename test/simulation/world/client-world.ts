import type { PartitionLogs } from '../../../lib/log/types.ts';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import type { Recorder } from '../history/recorder.ts';
import type { Scheduler } from './scheduler.ts';
import type { Reply } from './simulated-world.ts';
import type { Trace } from './trace.ts';

/** What clients ask of a broker's log. */
export type ClientLogs = Pick<
  PartitionLogs,
  'append' | 'appendOnce' | 'fetch' | 'offsets' | 'offsetForTimestamp'
>;

/** Whom a client asks: a process of the partition's leader, or, astray, of any broker. */
export interface Asked {
  readonly partition: number;
  /** Counts on beyond the number of processes. */
  readonly process: number;
  readonly isAstray: boolean;
}

/** What producers and readers need of the world they live in, whatever stands between them and the log. */
export interface ClientWorld {
  readonly recorder: Recorder;
  readonly trace: Trace | undefined;
  readonly scheduler: Pick<Scheduler, 'sleep'>;
  /** Whether nothing goes wrong any more: whoever waits for something may not wait for long now. */
  readonly isHealed: boolean;
  problem(fact: string): void;
  partition(index: number): PartitionKey;
  /**
   * A client's request: it takes its time, there and back, and may never be answered.
   * @param wayMs The same for all requests of a connection, on which what is sent first arrives first. @default any
   */
  askLog<Result>(
    asked: Asked,
    withinMs: number,
    work: (logs: ClientLogs, process: string) => Promise<Result>,
    wayMs?: number,
  ): Promise<Reply<Result>>;
}
