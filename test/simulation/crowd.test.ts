import { expect, test } from 'vitest';
import { crowd } from './crowd.ts';
import { simulate } from './simulate.ts';
import type { Fault } from './world/fates.ts';

const PROCESSES = 50;

const lostAnswers = (processes: number, fault: Fault): Map<string, Fault> =>
  new Map(
    Array.from({ length: processes }, (_, process) => [
      `broker 1 process ${process}.1 metadata.append #0`,
      fault,
    ]),
  );

// Each of the others finds at most that the epoch is another one, and appends again under that.
test.each<[string, number, Fault]>([
  ['one answer is lost', 1, 'answer lost'],
  ['one request is lost', 1, 'lost'],
  ['one request comes late', 1, 'late'],
  ['ten answers are lost at once', 10, 'answer lost'],
])('when %s among fifty processes that append, one epoch is raised', async (_, lost, fault) => {
  for (const seed of [1, 2, 3]) {
    const planted = lostAnswers(lost, fault);
    const { problems, heads, faults } = await simulate(crowd(seed, PROCESSES, 1), { planted });
    expect([problems, faults.size, heads[0]?.epoch]).toEqual([[], lost, 1]);
  }
});

/** Some 750 appends a second, about as many as DynamoDB takes under one key. */
const PAUSE_MS_MAX = 100;

test('fifty processes that append to one partition do not roll in a storm', async () => {
  for (const seed of [1, 2, 3]) {
    const { problems, requests, history } = await simulate(crowd(seed, PROCESSES, 20, PAUSE_MS_MAX));
    expect(problems).toEqual([]);
    const count = (operation: string): number => requests.get(`metadata.${operation}`) ?? 0;
    expect(history.writes.length).toBeGreaterThanOrEqual(PROCESSES * 20);
    expect(count('append')).toBe(PROCESSES * 20);
    // Pages put, or refused because they were there, and trims.
    expect((count('write') + count('trim')) / count('append')).toBeLessThan(0.25);
  }
});
