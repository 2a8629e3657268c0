import { get } from './get.ts';
import type { JobKind, Jobs } from './jobs.ts';
import { Ledger } from './ledger.ts';
import { parkedReader } from './parked-reader.ts';
import { probe } from './probe.ts';
import { produce } from './produce.ts';
import { read } from './read.ts';
import { readBack } from './read-back.ts';

/** What came over the channel: a job, and the number under which to answer. */
export interface JobRequest<Kind extends JobKind = JobKind> {
  readonly kind: Kind;
  readonly job: Jobs[Kind]['job'];
}

export type JobResponse =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly message: string };

const ledgers = new Map<string, Ledger>();

/** One ledger for each topic of each server. */
function ledgerOf(job: { server: { url: string }; topic: string }): Ledger {
  const key = `${job.server.url} ${job.topic}`;
  const ledger = ledgers.get(key) ?? new Ledger();
  ledgers.set(key, ledger);
  return ledger;
}

const runners: { readonly [Kind in JobKind]: (job: Jobs[Kind]['job']) => Promise<Jobs[Kind]['result']> } = {
  produce: (job) => produce(job, ledgerOf(job)),
  readBack: (job) => readBack(job, ledgerOf(job)),
  read: (job) => read(job, ledgerOf(job)),
  get,
  parkedReader,
  probe: (job) => probe(job, ledgerOf(job)),
};

async function run<Kind extends JobKind>({ kind, job }: JobRequest<Kind>): Promise<JobResponse> {
  try {
    return { kind: 'done', result: await runners[kind](job) };
  } catch (error) {
    return {
      kind: 'failed',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

// The load generator: a process of its own, told over its channel what to send, one job after the other.
process.on('message', (request: JobRequest) => {
  run(request).then((response) => process.send?.(response));
});
