import { expect, test } from 'vitest';
import { type Fault, Faults, faultyStores, type Operation } from '../../support/faulty-stores.ts';
import { pickSeed, seededRandom } from '../../support/random.ts';
import { runs } from '../../support/runs.ts';
import { batchOf } from '../batches.ts';
import { checkInvariants } from '../check-invariants.ts';
import { distant } from '../metering.ts';
import { newPartition, openLogs, withStores } from '../test-logs.ts';
import { request, toldOnce } from './requests.ts';

const ROUNDS = runs(50);
const PROCESSES = 3;
const REPEATS = 3;
const PLAIN_APPENDS = 6;
const WRITES: readonly Operation[] = ['metadata.append', 'metadata.lead', 'metadata.write', 'metadata.trim'];
/** Nothing below us sends a request twice; that one of them would be taken twice after a roll is known. */
const FATES: readonly Fault[] = ['notDone', 'lost', 'answerLost', 'late'];

/**
 * Some processes repeat one request at the same time, among appends that have no key, over stores that are far away and
 * lose and delay what is sent to them; what is late arrives in the middle of it.
 */
async function round(seed: number): Promise<void> {
  await withStores({}, async (stores) => {
    const random = seededRandom(seed);
    const partition = await newPartition(stores);
    const faultRate = random() * 0.4;
    const all = Array.from({ length: PROCESSES }, (_, at) => {
      const faults = new Faults();
      faults.choose = (operation) => {
        if (!WRITES.includes(operation) || random() > faultRate) return undefined;
        return FATES[Math.floor(random() * FATES.length)];
      };
      return { faults, logs: openLogs(distant(faultyStores(stores, faults), seed + at), {}, seed + at) };
    });
    const answers = new Set<number>();
    const work = all.map(async ({ faults, logs }) => {
      for (let repeat = 0; repeat < REPEATS; repeat += 1) {
        const outcome = await logs.appendOnce(request([partition], ['once'])).then(toldOnce, () => []);
        for (const told of outcome) if (typeof told === 'number') answers.add(told);
        if (random() < 0.7) await faults.releaseLate();
        // So many that the head is rolled in between.
        for (let plain = 0; plain < PLAIN_APPENDS; plain += 1)
          await logs.append(partition, [batchOf(['plain'])]);
      }
    });
    await Promise.all(work);
    for (const { faults } of all) {
      faults.choose = () => undefined;
      await faults.releaseLate();
    }
    const last = openLogs(stores, {}, seed + PROCESSES);
    const [offset] = toldOnce(await last.appendOnce(request([partition], ['once'])));
    await last.close();
    const { records, problems } = await checkInvariants(stores, partition);
    const standing = records.filter(({ value }) => value === 'once').map((record) => record.offset);
    expect({ seed, standing, problems, answers: [...answers] }).toEqual({
      seed,
      standing: [offset],
      problems: [],
      answers: answers.size === 0 ? [] : [offset],
    });
  });
}

test(`a request that ${PROCESSES} processes repeat, over stores with faults, stands once (${ROUNDS} rounds)`, async () => {
  const seed = pickSeed();
  for (let at = 0; at < ROUNDS; at += 1) await round(seed + at * 10);
}, 120_000);
