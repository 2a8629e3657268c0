import type { Format, Shape } from '../bodies.ts';
import type { LatencySummary } from '../histogram.ts';

/** Where a job's requests go, and whose processor time counts beside the generator's own. */
export interface Server {
  readonly url: string;
  readonly pid: number;
}

/** A steady time to measure after a time to warm up; or a number of requests, all measured. */
export type Extent =
  | { readonly kind: 'time'; readonly warmUpMs: number; readonly durationMs: number }
  | { readonly kind: 'requests'; readonly count: number };

/** Sends produce requests in a closed loop: each connection waits for its answer, then sends the next. */
export interface ProduceJob {
  readonly server: Server;
  readonly topic: string;
  readonly partitions: number;
  readonly shape: Shape;
  readonly connections: number;
  readonly extent: Extent;
  /** 'offsets': answers are a broker's and go into the ledger of the topic; 'status': a 2xx is enough. */
  readonly check: 'offsets' | 'status';
  /** Put before `/topics/...`: how a bare server is told what to do with the request. */
  readonly pathPrefix: string;
}

export interface ProduceResult {
  readonly requests: number;
  readonly seconds: number;
  readonly answerBytes: number;
  readonly bodyBytes: number;
  readonly latency: LatencySummary;
  /** Cores that were busy, on average. */
  readonly serverCores: number;
  readonly generatorCores: number;
}

/** Fetches everything that was acknowledged and compares it with what was sent. */
export interface ReadBackJob {
  readonly server: Server;
  readonly topic: string;
}

export interface ReadBackResult {
  readonly records: number;
  readonly payloadBytes: number;
  readonly seconds: number;
}

/** Reads a topic from its beginning to its end, the partitions shared out among the connections. */
export interface ReadJob {
  readonly server: Server;
  readonly topic: string;
  readonly format: Format;
  readonly connections: number;
}

export interface ReadResult {
  readonly records: number;
  readonly seconds: number;
  readonly answers: number;
  readonly answerBytes: number;
  readonly latency: LatencySummary;
  readonly serverCores: number;
  readonly generatorCores: number;
}

/** The same path again and again, in a closed loop. */
export interface GetJob {
  readonly server: Server;
  readonly path: string;
  readonly connections: number;
  readonly extent: Extent;
}

/** Single records in an open loop, and a reader that is parked at the end of the partition. */
export interface ParkedReaderJob {
  readonly server: Server;
  readonly topic: string;
  readonly format: Format;
  readonly recordBytes: number;
  readonly ratePerSecond: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
  readonly pathPrefix: string;
}

export interface ParkedReaderResult {
  /** From the intended send time to the record in the reader's hands. */
  readonly delivered: LatencySummary;
  /** From the intended send time to the acknowledgement. */
  readonly acknowledged: LatencySummary;
  /** From the intended send time to the moment at which the generator did send. */
  readonly sent: LatencySummary;
}

/** Fetches one batch at offsets spread over a partition, one request after the other. */
export interface ProbeJob {
  readonly server: Server;
  readonly topic: string;
  readonly samples: number;
  readonly seed: number;
}

export interface Jobs {
  produce: { job: ProduceJob; result: ProduceResult };
  readBack: { job: ReadBackJob; result: ReadBackResult };
  read: { job: ReadJob; result: ReadResult };
  get: { job: GetJob; result: ProduceResult };
  parkedReader: { job: ParkedReaderJob; result: ParkedReaderResult };
  probe: { job: ProbeJob; result: LatencySummary };
}

export type JobKind = keyof Jobs;
