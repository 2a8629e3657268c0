import { runClosedLoop } from './closed-loop.ts';
import type { GetJob, ProduceResult } from './jobs.ts';

/** Runs a {@link GetJob}. */
export async function get(job: GetJob): Promise<ProduceResult> {
  const request = { method: 'GET', path: job.path } as const;
  const result = await runClosedLoop({
    server: job.server,
    connections: job.connections,
    extent: job.extent,
    next: () => request,
    options: (options) => options,
    onAnswer: () => undefined,
  });
  return { ...result, bodyBytes: 0 };
}
