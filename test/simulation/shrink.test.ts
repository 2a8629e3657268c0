import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

const simulate = (...args: string[]) =>
  new Promise<{ code: number | string | null | undefined; output: string }>((resolve) => {
    execFile(process.execPath, [MAIN, ...args], (error, stdout) =>
      resolve({ code: error?.code ?? 0, output: stdout }),
    );
  });

test('a seed that fails prints its number, what broke, and the smallest history that breaks it', async () => {
  const { code, output } = await simulate('--mutant', 'unknown-is-sent-again', '--seeds', '100');
  expect(code).toBe(1);
  expect(output).toMatch(/^seed \d+ breaks \d+ promises.*npm run simulate -- --seeds 1 --from \d+/);
  expect(output).toMatch(/duplicate: v\d+ stands at offsets/);
  // One append whose answer is lost is all it takes; it has to stay the one of its number, so some before it stay too.
  expect(output.match(/"act":/g)?.length).toBeLessThanOrEqual(5);
  expect(output.match(/ {2}fault: /g)?.length).toBe(1);
  expect(output).toMatch(/fault: .* metadata.append #\d+: answer lost/);
  expect(output).toMatch(/the store, for .* answer lost: done/);
});
