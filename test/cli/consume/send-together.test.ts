import { expect, test } from 'vitest';
import { sendTogether } from '../../../lib/cli/consume/send-together.ts';

class Refusal extends Error {}
const isRefusal = (error: unknown): error is Refusal => error instanceof Refusal;
const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** Takes requests without any of the bad items, whole. */
function receiver(bad: readonly number[]) {
  const received: number[][] = [];
  let requests = 0;
  const send = async (items: readonly number[]): Promise<void> => {
    requests++;
    if (items.some((item) => bad.includes(item))) throw new Refusal('bad');
    received.push([...items]);
  };
  return { received, send, requests: () => requests };
}

test('what is accepted goes in one request, or in a few when it is much', async () => {
  const { received, send } = receiver([]);
  expect(await sendTogether(range(2_500), send, isRefusal)).toEqual(new Map());
  expect(received.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
  expect(received.flat()).toEqual(range(2_500));
});

test('one that is refused stops no other, and costs few requests', async () => {
  const { received, send, requests } = receiver([3, 700]);
  const refused = await sendTogether(range(1_000), send, isRefusal);
  expect(Array.from(refused.keys())).toEqual([3, 700]);
  expect(received.flat()).toEqual(range(1_000).filter((item) => item !== 3 && item !== 700));
  expect(requests()).toBeLessThan(45);
});

test('any other error ends it', async () => {
  const send = () => Promise.reject(new Error('away'));
  await expect(sendTogether([1, 2], send, isRefusal)).rejects.toThrow('away');
});

test('nothing is no request', async () => {
  const { send, requests } = receiver([]);
  await sendTogether([], send, isRefusal);
  expect(requests()).toBe(0);
});
