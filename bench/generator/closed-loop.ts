import type { Dispatcher } from 'undici';
import { assert } from '../assert.ts';
import { LatencyHistogram } from '../histogram.ts';
import { cpuSeconds } from '../process-usage.ts';
import { type Answer, withConnections } from './connection.ts';
import type { Extent, ProduceResult, Server } from './jobs.ts';

export interface ClosedLoop<Request> {
  readonly server: Server;
  readonly connections: number;
  readonly extent: Extent;
  /** The next request of a connection (numbered from 0); `undefined` when it has none left. */
  readonly next: (connection: number) => Request | undefined;
  readonly options: (request: Request) => Dispatcher.DispatchOptions;
  /** Looks at every answer, also those outside the measured time. Raises what ends the run. */
  readonly onAnswer: (request: Request, answer: Answer) => void;
}

/** What was answered while the clock ran. */
class Window {
  readonly latency = new LatencyHistogram();
  readonly #startMs: number;
  readonly #endMs: number;
  requests = 0;
  answerBytes = 0;
  lastMs = 0;

  constructor(startMs: number, endMs: number) {
    this.#startMs = startMs;
    this.#endMs = endMs;
  }

  isOver(nowMs: number): boolean {
    return nowMs >= this.#endMs;
  }

  record(sentMs: number, nowMs: number, answerBytes: number): void {
    if (nowMs < this.#startMs || nowMs >= this.#endMs) return;
    this.latency.record(nowMs - sentMs);
    this.requests++;
    this.answerBytes += answerBytes;
    this.lastMs = nowMs;
  }

  /** The length of the window, or the time to the last answer when it has no end. */
  seconds(): number {
    const endMs = Number.isFinite(this.#endMs) ? this.#endMs : this.lastMs;
    return (endMs - this.#startMs) / 1000;
  }
}

/** Processor time of server and generator, from when it is made. */
class CpuMeter {
  readonly #pid: number;
  readonly #startMs = performance.now();
  readonly #server: number;
  readonly #own = process.cpuUsage();

  constructor(pid: number) {
    this.#pid = pid;
    this.#server = cpuSeconds(pid);
  }

  cores(): { serverCores: number; generatorCores: number } {
    const seconds = (performance.now() - this.#startMs) / 1000;
    const own = process.cpuUsage(this.#own);
    return {
      serverCores: (cpuSeconds(this.#pid) - this.#server) / seconds,
      generatorCores: (own.user + own.system) / 1e6 / seconds,
    };
  }
}

function windowOf(extent: Extent): { window: Window; requestsMax: number } {
  const nowMs = performance.now();
  if (extent.kind === 'requests') return { window: new Window(nowMs, Infinity), requestsMax: extent.count };
  const startMs = nowMs + extent.warmUpMs;
  return { window: new Window(startMs, startMs + extent.durationMs), requestsMax: Infinity };
}

function checkStatus({ status, body }: Answer): void {
  if (status >= 200 && status < 300) return;
  throw new Error(`answered ${status}: ${body.toString('utf8', 0, 500)}`);
}

/** Keeps every connection busy for the whole extent, and waits for the answers still in the air at its end. */
export async function runClosedLoop<Request>(
  loop: ClosedLoop<Request>,
): Promise<Omit<ProduceResult, 'bodyBytes'>> {
  return withConnections(loop.server.url, loop.connections, async (connections) => {
    const { window, requestsMax } = windowOf(loop.extent);
    let meter: CpuMeter | undefined;
    let sent = 0;
    const keepBusy = async (index: number): Promise<void> => {
      const connection = connections[index];
      while (connection !== undefined && sent < requestsMax && !window.isOver(performance.now())) {
        const request = loop.next(index);
        if (request === undefined) return;
        sent++;
        const sentMs = performance.now();
        const answer = await connection.send(loop.options(request));
        checkStatus(answer);
        window.record(sentMs, performance.now(), answer.body.length);
        if (window.requests > 0) meter ??= new CpuMeter(loop.server.pid);
        loop.onAnswer(request, answer);
      }
    };
    await Promise.all(connections.map((_, index) => keepBusy(index)));
    const { requests, answerBytes } = window;
    assert(meter !== undefined, 'nothing was answered in the measured time');
    return {
      requests,
      seconds: window.seconds(),
      answerBytes: Math.round(answerBytes / requests),
      latency: window.latency.summary(),
      ...meter.cores(),
    };
  });
}
