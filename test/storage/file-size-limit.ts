import { execFileSync, spawnSync } from 'node:child_process';

/** util-linux's prlimit sets a limit of a process that runs, as `ulimit -f` sets it for one that begins. */
export const canLimitFileSize = spawnSync('prlimit', ['--version']).status === 0;

/** Runs `work` while no file of this process can grow beyond `bytes`: what a full disk looks like to root too. */
export async function withFileSizeLimit<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
  setSoftLimit(String(bytes));
  try {
    return await work();
  } finally {
    setSoftLimit('unlimited');
  }
}

function setSoftLimit(limit: string): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${limit}:`]);
}
