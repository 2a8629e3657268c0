import { expect, test } from 'vitest';
import { batchOf } from './batches.ts';
import { bounds, expectSound, headOf, openRolling } from './rolling.ts';
import { openLogs, told } from './test-logs.ts';

test('a head that very many processes filled at once is rolled page by page', async () => {
  const { stores, partition, logs } = await openRolling();
  const crowd = Array.from({ length: 230 }, () => openLogs(stores));
  const held = crowd.map(({ faults }) => faults.hold('metadata.append'));
  for (const { faults } of crowd)
    faults.choose = (operation) => (operation === 'metadata.write' ? 'notDone' : undefined);
  const appended = crowd.map((each) => each.append(partition, [batchOf(['x'])]));
  await Promise.all(held.map(({ arrived }) => arrived));
  for (const { release } of held) release();
  await Promise.all(appended);
  for (const each of crowd) await each.close();
  expect((await headOf(stores, partition)).entries).toHaveLength(230);
  expect(told(await logs.append(partition, [batchOf(['y'])]))).toEqual([230]);
  await logs.close();
  expect(await bounds(stores, partition)).toEqual([
    [0, 100],
    [100, 200],
  ]);
  await expectSound(stores, partition, 231);
});
