import { Pool } from 'undici';
import { BARE_SERVER, type Bench } from '../bench.ts';
import type { BrokerProcess } from '../broker-process.ts';
import type { Figure } from '../figure.ts';
import { GroupMember, postJson } from '../group-member.ts';
import { median } from '../median.ts';
import type { Scenario } from '../scenario.ts';
import { ServerProcess } from '../server-process.ts';
import { failover } from './failover.ts';

const TOPIC = 'shared';
const CROWD = 100;
const CROWD_PARTITIONS = 1_000;
const MEMBERS = 16;
const ROUNDS_TO_SETTLE_MAX = 20;

const total = (members: readonly GroupMember[], count: (member: GroupMember) => number): number =>
  members.reduce((sum, member) => sum + count(member), 0);

/** Lets members speak until all partitions are owned. */
async function settle(members: readonly GroupMember[], partitions: number): Promise<void> {
  for (let round = 0; round < ROUNDS_TO_SETTLE_MAX; round += 1) {
    if (total(members, ({ partitionCount }) => partitionCount) === partitions) return;
    await Promise.all(members.map((member) => member.beat()));
  }
  throw new Error('the group does not settle');
}

/** A hundred members come at once to a topic of a thousand partitions, each round to a group of their own. */
function joins(bench: Bench): Promise<Figure[]> {
  return bench.withBroker(async (broker) => {
    await broker.createTopic(TOPIC, CROWD_PARTITIONS);
    const pool = new Pool(broker.url, { connections: CROWD });
    const rates: number[] = [];
    const settledMs: number[] = [];
    let heartbeats = 0;
    for (let round = 0; round < bench.settings.groupRounds; round += 1) {
      const members = Array.from(
        { length: CROWD },
        (_, index) => new GroupMember(pool, `crowd-${round}`, `member-${index}`, TOPIC),
      );
      const startMs = performance.now();
      await Promise.all(members.map((member) => member.join()));
      rates.push((CROWD * 1_000) / (performance.now() - startMs));
      await settle(members, CROWD_PARTITIONS);
      settledMs.push(performance.now() - startMs);
      heartbeats = Math.max(heartbeats, ...members.map((member) => member.heartbeats));
    }
    await pool.close();
    return [
      { name: 'joins', value: median(rates), unit: 'joins/s', ceilings: {} },
      { name: 'settled', value: median(settledMs), unit: 'ms', ceilings: {}, detail: { heartbeats } },
    ];
  });
}

/** How often a store's operation was called so far. */
async function callsOf(broker: BrokerProcess, operation: string): Promise<number> {
  const text = await (await fetch(`${broker.url}/metrics`)).text();
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('rivulet_store_call_duration_seconds_count'));
  const own = lines.filter((line) => line.includes(`operation="${operation}"`));
  return own.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Each of some connections sends, waits, and sends again. Gives requests a second. */
async function closedLoop(
  connections: number,
  durationMs: number,
  send: (index: number) => Promise<unknown>,
) {
  const startMs = performance.now();
  let requests = 0;
  const loop = async (index: number): Promise<void> => {
    while (performance.now() - startMs < durationMs) {
      await send(index);
      requests += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => loop(index)));
  return { requests, rate: (requests * 1_000) / (performance.now() - startMs) };
}

/** The same bodies to a server that only reads and answers. */
async function bareRate(bench: Bench, bodies: readonly object[], durationMs: number): Promise<number> {
  const bare = await ServerProcess.start({ args: [BARE_SERVER], logFile: bench.logFile });
  const pool = new Pool(bare.url, { connections: bodies.length });
  try {
    const answerBytes = JSON.stringify({
      member_id: 'member-00',
      member_epoch: 10,
      heartbeat_interval_ms: 5_000,
    }).length;
    const send = async (index: number) => {
      const path = `/plain/${answerBytes}`;
      const { body } = await pool.request({ method: 'POST', path, body: JSON.stringify(bodies[index]) });
      await body.text();
    };
    await closedLoop(bodies.length, durationMs / 3, send);
    return (await closedLoop(bodies.length, durationMs, send)).rate;
  } finally {
    await pool.close();
    await bare.stop();
  }
}

/** Members of a settled group that send heartbeats as fast as they are answered. */
function heartbeats(bench: Bench): Promise<Figure[]> {
  return bench.withBroker(async (broker) => {
    await broker.createTopic(TOPIC, MEMBERS);
    const pool = new Pool(broker.url, { connections: MEMBERS });
    const members = Array.from(
      { length: MEMBERS },
      (_, index) => new GroupMember(pool, 'settled', `member-${index}`, TOPIC),
    );
    for (const member of members) await member.join();
    await settle(members, MEMBERS);
    const send = async (index: number) => members[index]?.beat();
    const { durationMs } = bench.settings.ceilingExtent;
    await closedLoop(MEMBERS, durationMs / 3, send);
    const before = { reads: await callsOf(broker, 'get'), writes: await callsOf(broker, 'write') };
    const { requests, rate } = await closedLoop(MEMBERS, durationMs, send);
    const reads = (await callsOf(broker, 'get')) - before.reads;
    const writes = (await callsOf(broker, 'write')) - before.writes;
    const ceilings = {
      bare: await bareRate(
        bench,
        members.map(({ heartbeat }) => heartbeat),
        durationMs,
      ),
    };
    await postJson(pool, '/groups/settled/heartbeat', { member_id: 'member-0', member_epoch: -1 });
    await pool.close();
    return [
      { name: 'heartbeats', value: rate, unit: 'heartbeats/s', ceilings },
      { name: 'writes each', value: writes / requests, unit: 'calls', ceilings: {} },
      { name: 'reads each', value: reads / requests, unit: 'calls', ceilings: {} },
    ];
  });
}

export const groupScenarios: readonly Scenario[] = [
  { name: `groups/join/${CROWD}x${CROWD_PARTITIONS}`, runs: 'always', run: joins },
  { name: `groups/heartbeat/c${MEMBERS}`, runs: 'always', run: heartbeats },
  { name: 'groups/failover', runs: 'always', run: failover },
];
