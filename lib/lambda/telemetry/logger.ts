import { Logger as PowertoolsLogger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { describeError } from './describe-error.ts';
import type { LogLevel } from './log-level.ts';
import { redact } from './redact.ts';

/** What a line may tell of an invocation. */
export type Invocation = Pick<
  Context,
  'awsRequestId' | 'functionName' | 'functionVersion' | 'invokedFunctionArn' | 'memoryLimitInMB'
>;

/** What a line may carry beside its message: no bodies, keys, headers or names that clients chose. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** Logs a JSON object a line, as Powertools does: https://docs.aws.amazon.com/powertools/typescript/latest/features/logger */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** With what was thrown, whatever it is. */
  thrown(message: string, error: unknown): void;
  /** From now on each line tells of this invocation: its request id, and whether it started the process. */
  invocation(invocation: Invocation): void;
}

export interface LoggerOptions {
  /** The name of the deployment. */
  readonly service: string;
  readonly level: LogLevel;
  /** In each line. */
  readonly fields: LogFields;
}

const levelNames = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'CRITICAL',
  silent: 'SILENT',
} as const;

/** Everything in a line passes here, so nothing that must not be shown depends on who writes it. */
function shown(_key: string, value: unknown): unknown {
  if (value instanceof Error) return describeError(value);
  return typeof value === 'string' ? redact(value) : value;
}

export function openLogger({ service, level, fields }: LoggerOptions): Logger {
  const logger = new PowertoolsLogger({
    serviceName: service,
    logLevel: levelNames[level],
    jsonReplacerFn: shown,
    persistentKeys: { ...fields },
  });
  return {
    debug: (message, its = {}) => logger.debug(message, { ...its }),
    info: (message, its = {}) => logger.info(message, { ...its }),
    warn: (message, its = {}) => logger.warn(message, { ...its }),
    error: (message, its = {}) => logger.error(message, { ...its }),
    // A value that is no error may be anything, a body too.
    thrown: (message, error) =>
      logger.error(message, error instanceof Error ? error : new Error(`a ${typeof error} was thrown`)),
    // It reads no more of it than that.
    invocation: (invocation) => logger.addContext(invocation as Context),
  };
}
