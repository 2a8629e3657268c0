import { createRequire } from 'node:module';
import type { Level, Logger } from 'pino';

export type Log = (level: Level, fields: object, message: string) => void;

/**
 * Logs to stderr, a JSON object a line. pino is loaded when there is first something to say: a broker that
 * starts well says nothing, and is ready sooner.
 */
export function makeLog(threshold: string): Log {
  let logger: Logger | undefined;
  return (level, fields, message) => {
    logger ??= openLogger(threshold);
    logger[level](fields, message);
  };
}

function openLogger(level: string): Logger {
  // Synchronously, because the process may be about to end.
  const { pino } = createRequire(import.meta.url)('pino') as typeof import('pino');
  return pino({ name: 'rivulet', level }, pino.destination({ fd: process.stderr.fd, sync: true }));
}
