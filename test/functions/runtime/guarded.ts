import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

let guard: ChildProcess | undefined;

/** Sees to it that a process ends when this one does. */
export function guardProcess(child: ChildProcess): void {
  guard ??= startGuard();
  const { stdin } = guard;
  stdin?.write(`+${child.pid}\n`);
  child.once('exit', () => stdin?.write(`-${child.pid}\n`));
}

function startGuard(): ChildProcess {
  const started = spawn(process.execPath, [join(import.meta.dirname, 'guard.ts')], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  started.unref();
  return started;
}
