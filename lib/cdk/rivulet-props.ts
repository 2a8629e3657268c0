import type { RemovalPolicy } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Authentication } from './authentication.ts';
import type { FunctionName } from './gateway-routes.ts';
import type { AlarmOptions } from './monitoring/alarm-options.ts';

/**
 * How requests come in.
 *
 * - `'http-api'`: an API Gateway HTTP API in front of four Lambda functions.
 * - `'web-function'`: one Lambda Web Function that serves many requests at a time.
 */
export type EndpointType = 'http-api' | 'web-function';

export interface ThrottleOptions {
  /**
   * Requests a second, over time. A web function takes 100 to 1,000 in steps of 100, or 2,000 to 10,000 in steps of
   * 1,000.
   *
   * @default 500 for an HTTP API; what the account allows for a web function
   */
  readonly rateLimit?: number;
  /**
   * Requests at once above that, for an HTTP API.
   *
   * @default 1000
   */
  readonly burstLimit?: number;
}

export interface FunctionOptions {
  /**
   * Memory in MB, 256 to 10,240. Lambda gives CPU by it: one core at 1,769.
   *
   * @default 1024
   */
  readonly memorySize?: number;
  /**
   * Executions that are kept for this function, which are also the most that it gets.
   *
   * @default none: it shares what the account has
   */
  readonly reservedConcurrentExecutions?: number;
}

export interface MonitoringOptions {
  /**
   * A CloudWatch dashboard, which is billed by the month.
   *
   * @default false
   */
  readonly dashboard?: boolean;
  /**
   * CloudWatch alarms, which are billed by the month each; `true`, or from when on they go off and who hears of it.
   *
   * @default false
   */
  readonly alarms?: boolean | AlarmOptions;
}

/** Properties of a {@link Rivulet}. */
export interface RivuletProps {
  /**
   * What this log is called: the dimension `service` of its metrics, and `service` in its logs.
   *
   * @default 'rivulet'
   */
  readonly name?: string;
  /**
   * How requests come in. Changing it changes the URL.
   *
   * @default 'http-api'
   */
  readonly endpoint?: EndpointType;
  /**
   * How the API learns whose request it is.
   *
   * @default 'iam'
   */
  readonly authentication?: Authentication;
  /**
   * Principals that may do everything, whatever the ACLs say: `User:` and a name, as Kafka's `super.users`. With IAM the
   * name is the ARN of a user or a role.
   *
   * @default none
   */
  readonly superUsers?: readonly string[];
  /**
   * Broker configs by their names, such as `num.partitions`. docs/deploying.md lists them.
   *
   * @default each config's own
   */
  readonly brokerConfigs?: Readonly<Record<string, string | number | boolean>>;
  /**
   * How many requests are let in.
   *
   * @default 500 a second and 1,000 at once for an HTTP API; what the account allows for a web function
   */
  readonly throttle?: ThrottleOptions;
  /**
   * What becomes of table and bucket when they leave the stack. With `DESTROY` the table is not protected from deletion,
   * and a function that empties the bucket joins the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * How long logs are kept. They are removed with the stack.
   *
   * @default RetentionDays.ONE_WEEK
   */
  readonly logRetention?: RetentionDays;
  /**
   * The least level that the functions log: `debug`, `info`, `warn`, `error`.
   *
   * @default 'info'
   */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
  /**
   * A line for each request that reaches an HTTP API, billed by the gigabyte as all logs.
   *
   * @default true
   */
  readonly accessLogs?: boolean;
  /**
   * Trace requests with X-Ray, which is billed by the trace. Not for a web function.
   *
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * Dashboard and alarms.
   *
   * @default none
   */
  readonly monitoring?: MonitoringOptions;
  /**
   * Each function of an HTTP API. Not for a web function.
   *
   * @default see FunctionOptions
   */
  readonly functions?: Readonly<Partial<Record<FunctionName, FunctionOptions>>>;
}
