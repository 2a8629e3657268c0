import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/**
 * What `npm run simulate` prints, and whether every seed kept its promises.
 * @param options More of them.
 */
export function runSeedsInProcess(
  from: number,
  seeds: number,
  options: readonly string[] = [],
): Promise<{ readonly isClean: boolean; readonly output: string }> {
  const args = [MAIN, '--from', String(from), '--seeds', String(seeds), ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { maxBuffer: OUTPUT_BYTES_MAX }, (error, stdout, stderr) => {
      resolve({ isClean: error === null, output: `${stdout}${stderr}` });
    });
  });
}
