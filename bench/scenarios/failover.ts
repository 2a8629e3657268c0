import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Bench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { GroupMember, postJson } from '../group-member.ts';
import { median } from '../median.ts';

const TOPIC = 'flowing';
const SESSION_MS = 1_000;
const INTERVAL_MS = 200;
const PRODUCE_EVERY_MS = 10;
const WAIT_MS_MAX = 20_000;
const JSON_V2 = 'application/vnd.kafka.json.v2+json';

/** Sends a record to each partition on and on, with the time at which it was sent, until `signal`. */
async function produceAlways(pool: Pool, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const partition of [0, 1]) {
      const { body } = await pool.request({
        method: 'POST',
        path: `/topics/${TOPIC}/partitions/${partition}`,
        headers: { 'content-type': JSON_V2 },
        body: JSON.stringify({ records: [{ value: performance.now() }] }),
      });
      await body.text();
    }
    await delay(PRODUCE_EVERY_MS);
  }
}

/** Reads a partition from where the group is, until a record comes that was sent after `afterMs`. */
async function readFresh(pool: Pool, member: GroupMember, group: string, partition: number, afterMs: number) {
  const asked = {
    member_id: member.memberId,
    member_epoch: member.epoch,
    partitions: [{ topic: TOPIC, partition }],
  };
  const { offsets } = await postJson<{ offsets: { offset: number | null }[] }>(
    pool,
    `/groups/${group}/offsets:fetch`,
    asked,
  );
  let offset = offsets[0]?.offset ?? 0;
  for (;;) {
    const path = `/topics/${TOPIC}/partitions/${partition}/records?offset=${offset}&timeout=1000`;
    const { body } = await pool.request({ method: 'GET', path, headers: { accept: JSON_V2 } });
    const records = (await body.json()) as { offset: number; value: number }[];
    if (records.some(({ value }) => value > afterMs)) return;
    offset = (records.at(-1)?.offset ?? offset - 1) + 1;
  }
}

/** From a member's last heartbeat to a record of its partition, sent since, in the hands of the other. */
async function dieOnce(pool: Pool, round: number): Promise<number> {
  const group = `failover-${round}`;
  const [dying, living] = ['dying', 'living'].map((name) => new GroupMember(pool, group, name, TOPIC));
  if (dying === undefined || living === undefined) throw new Error('there are two members');
  await dying.join();
  await living.join();
  while (dying.partitionCount !== 1 || living.partitionCount !== 1) {
    await dying.beat();
    await living.beat();
  }
  const [orphan = 0] = dying.assigned[0]?.partitions ?? [];
  const diedMs = performance.now();
  while (living.partitionCount < 2) {
    if (performance.now() - diedMs > WAIT_MS_MAX) throw new Error('nobody took over');
    await delay(INTERVAL_MS);
    await living.beat();
  }
  await readFresh(pool, living, group, orphan, diedMs);
  return performance.now() - diedMs;
}

/** How long a partition stands still when the member that reads it dies. */
export function failover(bench: Bench): Promise<Figure[]> {
  const overrides = [
    `group.consumer.session.timeout.ms=${SESSION_MS}`,
    `group.consumer.heartbeat.interval.ms=${INTERVAL_MS}`,
  ];
  return bench.withBroker(async (broker) => {
    await broker.createTopic(TOPIC, 2);
    const pool = new Pool(broker.url, { connections: 8 });
    const stop = new AbortController();
    const producing = produceAlways(pool, stop.signal);
    const takeOversMs: number[] = [];
    for (let round = 0; round < bench.settings.groupRounds; round += 1)
      takeOversMs.push(await dieOnce(pool, round));
    stop.abort();
    await producing;
    await pool.close();
    const detail = { sessionMs: SESSION_MS, heartbeatIntervalMs: INTERVAL_MS };
    return [
      { name: 'flowing again', value: median(takeOversMs), unit: 'ms', ceilings: {}, detail },
      { name: 'at the latest', value: Math.max(...takeOversMs), unit: 'ms', ceilings: {}, detail },
    ];
  }, overrides);
}
