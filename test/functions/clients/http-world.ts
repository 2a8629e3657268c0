import { setTimeout as delay } from 'node:timers/promises';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import type { Recorder } from '../../simulation/history/recorder.ts';
import type { Asked, ClientLogs, ClientWorld } from '../../simulation/world/client-world.ts';
import type { Reply } from '../../simulation/world/simulated-world.ts';
import { NoAnswerError } from './http-answer.ts';
import { HttpLogs, sendTo } from './http-logs.ts';
import { LargeValueRecorder } from './large-values.ts';

export interface HttpWorldOptions {
  /** Where the API is reached. */
  readonly url: string;
  readonly topic: string;
  readonly topicId: string;
}

/** The world of clients that reach the log over HTTP: time is the system's, and who is asked is the gateway's choice. */
export class HttpWorld implements ClientWorld {
  readonly recorder: Recorder = new LargeValueRecorder();
  readonly trace = undefined;
  readonly scheduler = { sleep: (ms: number) => delay(ms) };
  readonly problems: string[] = [];
  /** When nothing goes wrong any more. */
  isHealed = false;
  readonly #options: HttpWorldOptions;
  #requests = 0;

  constructor(options: HttpWorldOptions) {
    this.#options = options;
  }

  problem(fact: string): void {
    this.problems.push(fact);
  }

  partition(partition: number): PartitionKey {
    return { topicId: this.#options.topicId, partition };
  }

  /** Each request may go to a process of its own, so nothing is said of the order of two that are on their way. */
  async askLog<Result>(
    _asked: Asked,
    withinMs: number,
    work: (logs: ClientLogs, process: string) => Promise<Result>,
  ): Promise<Reply<Result>> {
    const { url, topic } = this.#options;
    this.#requests += 1;
    const logs = new HttpLogs(topic, sendTo(url, AbortSignal.timeout(withinMs)));
    try {
      return { kind: 'answer', result: await work(logs, `request ${this.#requests}`) };
    } catch (error) {
      return error instanceof NoAnswerError ? { kind: 'no answer' } : { kind: 'error', error };
    }
  }
}
