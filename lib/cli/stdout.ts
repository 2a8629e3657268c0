import { exitCode } from './cli-error.ts';

/** A reader that has seen enough (`| head`) is no failure. */
function exitWithoutReader(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(exitCode.ok);
  throw error;
}

/** For all commands: when nobody reads their output any more they end at once. */
export function endWithoutReader(): void {
  process.stdout.on('error', exitWithoutReader);
}

/** For a command that looks at the outcome of each of its writes, and has something to do before it ends. */
export function leaveFailuresToWrites(): void {
  process.stdout.off('error', exitWithoutReader);
  // Without any listener it would be thrown.
  process.stdout.on('error', () => undefined);
}
