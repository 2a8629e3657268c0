import { exitCode } from './cli-error.ts';
import type { Log } from './logger.ts';

const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;
/** What a shell reports of a process that a signal ended. */
const SIGNALLED = 128;

/** Resolves at the first request to stop. From then on, a second one ends the process at once. */
export async function stopRequested(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isAsked = false;
    for (const [signal, number] of Object.entries(SIGNAL_NUMBERS)) {
      process.on(signal, () => {
        if (isAsked) process.exit(SIGNALLED + number);
        isAsked = true;
        resolve(signal as NodeJS.Signals);
      });
    }
  });
}

/** A file that may not grow is then an error of the write that tried, and the broker stays up for the rest. */
export function surviveFileSizeLimit(log: Log): void {
  process.on('SIGXFSZ', () => log('error', {}, 'a file reached the limit on file sizes (ulimit -f)'));
}

/** What nobody expected and nobody handles: the state of the process is not known any more. */
export function dieOfBugs(log: Log): void {
  const die = (error: unknown): void => {
    log('fatal', { err: error }, 'a bug: the broker stops');
    process.exit(exitCode.bug);
  };
  process.on('unhandledRejection', die);
  process.on('uncaughtException', die);
}
