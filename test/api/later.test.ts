import { expect, test } from 'vitest';
import { later } from '../../lib/api/later.ts';

class Counter {
  count = 0;

  async add(by: number): Promise<number> {
    this.count += by;
    return this.count;
  }
}

test('it is opened by the first call, once', async () => {
  let opens = 0;
  const { methods, ifOpened } = later(async () => {
    opens += 1;
    return new Counter();
  });
  await ifOpened(() => expect.unreachable());
  expect(opens).toBe(0);
  expect(await Promise.all([methods.add(1), methods.add(2)])).toEqual([1, 3]);
  await ifOpened(({ count }) => expect(count).toBe(3));
  expect(opens).toBe(1);
});

test('an opening that fails is the caller’s to hear of, and the next call tries again', async () => {
  const counters = [undefined, new Counter()];
  const { methods, ifOpened } = later(async () => {
    const counter = counters.shift();
    if (counter === undefined) throw new Error('not now');
    return counter;
  });
  const first = methods.add(1);
  const used = ifOpened(() => expect.unreachable());
  await expect(first).rejects.toThrow('not now');
  await used;
  expect(await methods.add(1)).toBe(1);
});

test('it can be handed on by who awaits', async () => {
  const { methods } = later(async () => new Counter());
  expect(await (await Promise.resolve(methods)).add(1)).toBe(1);
});
