import { type Body, buildBodies, contentTypes, payloadBytes, type Shape } from '../bodies.ts';
import { runClosedLoop } from './closed-loop.ts';
import type { ProduceJob, ProduceResult } from './jobs.ts';
import { acknowledgedOffset, type Ledger } from './ledger.ts';

/** Bodies of one shape come to this many bytes, and at least to this many bodies, before they repeat. */
const POOL_BYTES = 6_400_000;
const POOL_BODIES_MIN = 64;

const pools = new Map<string, readonly Body[]>();

/** Bodies made once: all jobs of one shape send the same bytes. */
function poolOf(shape: Shape): readonly Body[] {
  const key = JSON.stringify(shape);
  const made = pools.get(key);
  if (made !== undefined) return made;
  const count = Math.max(POOL_BODIES_MIN, Math.ceil(POOL_BYTES / payloadBytes(shape)));
  const pool = buildBodies(shape, count, 1);
  pools.set(key, pool);
  return pool;
}

interface ProduceRequest {
  readonly partition: number;
  readonly body: Body;
}

/** Every connection goes round the partitions, beginning at its own. */
function roundRobin(job: ProduceJob, pool: readonly Body[]): (connection: number) => ProduceRequest {
  const sent = new Array<number>(job.connections).fill(0);
  let nextBody = 0;
  return (connection) => {
    const turn = sent[connection] ?? 0;
    sent[connection] = turn + 1;
    const body = pool[nextBody++ % pool.length];
    if (body === undefined) throw new Error('the pool is empty');
    return { partition: (connection + turn) % job.partitions, body };
  };
}

/** Runs a {@link ProduceJob}; what a broker acknowledges goes into `ledger`. */
export async function produce(job: ProduceJob, ledger: Ledger): Promise<ProduceResult> {
  const pool = poolOf(job.shape);
  const headers = ['content-type', contentTypes[job.shape.format]];
  const paths = Array.from(
    { length: job.partitions },
    (_, partition) => `${job.pathPrefix}/topics/${job.topic}/partitions/${partition}`,
  );
  const result = await runClosedLoop({
    server: job.server,
    connections: job.connections,
    extent: job.extent,
    next: roundRobin(job, pool),
    options: ({ partition, body }) => ({
      method: 'POST',
      path: paths[partition] ?? '/',
      headers,
      body: body.bytes,
    }),
    onAnswer: ({ partition, body }, answer) => {
      if (job.check === 'status') return;
      ledger.acknowledge(partition, { baseOffset: acknowledgedOffset(answer.body, job.shape), body });
    },
  });
  return { ...result, bodyBytes: pool[0]?.bytes.length ?? 0 };
}
