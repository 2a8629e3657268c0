import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import * as z from 'zod';
import type { Authentication } from './authentication.ts';
import type { RivuletProps } from './rivulet-props.ts';
import type { RivuletStackProps } from './rivulet-stack.ts';

const configsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const topicsSchema = z.record(
  z.string(),
  z
    .strictObject({
      partitions: z.number().optional(),
      configs: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    })
    .transform(({ partitions, configs }) => ({
      ...(partitions !== undefined && { partitions }),
      ...(configs && { configs }),
    })),
);

/** Context values come from `-c name=value` as text, and from cdk.json as they are. */
class Context {
  readonly #node: Node;

  constructor(node: Node) {
    this.#node = node;
  }

  text(key: string): string | undefined {
    const value: unknown = this.#node.tryGetContext(key);
    return value === undefined || value === '' ? undefined : String(value);
  }

  oneOf<const Value extends string>(key: string, values: readonly Value[]): Value | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const found = values.find((value) => value === text);
    if (found === undefined) throw wrong(key, text, `one of ${values.join(', ')}`);
    return found;
  }

  flag(key: string): boolean | undefined {
    const value = this.oneOf(key, ['true', 'false']);
    return value === undefined ? undefined : value === 'true';
  }

  number(key: string): number | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    if (!/^\d{1,15}$/.test(text)) throw wrong(key, text, 'a whole number');
    return Number(text);
  }

  /** An object, or the JSON of one; what is in it has to be of some shape. */
  object<Shape extends z.ZodType>(key: string, shape: Shape): z.output<Shape> | undefined {
    const value: unknown = this.#node.tryGetContext(key);
    if (value === undefined || value === '') return undefined;
    const parsed = typeof value === 'string' ? parseJson(key, value) : value;
    const checked = shape.safeParse(parsed);
    if (checked.success) return checked.data;
    throw new Error(`The context value ${key} is not as it has to be: ${z.prettifyError(checked.error)}`);
  }
}

/** @throws Error */
function parseJson(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(wrong(key, text, 'a JSON object').message, { cause });
  }
}

const wrong = (key: string, value: string, wanted: string): Error =>
  new Error(`The context value ${key} is '${value}': it has to be ${wanted}.`);

/**
 * What the app is told by `cdk deploy -c key=value`, or by `context` in cdk.json; docs/deploying.md lists the keys.
 *
 * @throws Error that names the key, its value, and what it has to be.
 */
export function propsFromContext(node: Node): RivuletStackProps {
  const context = new Context(node);
  const region = context.text('region');
  const options: { [Key in keyof RivuletProps]: RivuletProps[Key] | undefined } = {
    name: context.text('name'),
    endpoint: context.oneOf('endpoint', ['http-api', 'web-function']),
    authentication: authenticationOf(context),
    superUsers: context.text('superUsers')?.split(';'),
    brokerConfigs: context.object('brokerConfigs', configsSchema),
    throttle: throttleOf(context),
    removalPolicy: removalPolicyOf(context),
    logRetention: logRetentionOf(context),
    logLevel: context.oneOf('logLevel', ['debug', 'info', 'warn', 'error']),
    accessLogs: context.flag('accessLogs'),
    tracing: context.flag('tracing'),
    monitoring: { dashboard: context.flag('dashboard') ?? false, alarms: context.flag('alarms') ?? false },
  };
  const topics = context.object('topics', topicsSchema);
  return {
    ...withoutUndefined(options),
    ...(topics && { topics }),
    ...(region !== undefined && { env: { region } }),
  };
}

function authenticationOf(context: Context): Authentication | undefined {
  const kind = context.oneOf('authentication', ['iam', 'api-keys', 'jwt']);
  if (kind !== 'jwt') return kind;
  const [issuer, audience] = [context.text('jwtIssuer'), context.text('jwtAudience')];
  if (issuer === undefined || audience === undefined) {
    throw new Error(
      "authentication=jwt needs the context values jwtIssuer and jwtAudience: the tokens' iss and aud.",
    );
  }
  const principalClaim = context.text('jwtPrincipalClaim');
  return { issuer, audience, ...(principalClaim !== undefined && { principalClaim }) };
}

function throttleOf(context: Context): RivuletProps['throttle'] {
  const [rateLimit, burstLimit] = [context.number('rateLimit'), context.number('burstLimit')];
  if (rateLimit === undefined && burstLimit === undefined) return undefined;
  return {
    ...(rateLimit !== undefined && { rateLimit }),
    ...(burstLimit !== undefined && { burstLimit }),
  };
}

function removalPolicyOf(context: Context): RemovalPolicy | undefined {
  const choice = context.oneOf('data', ['retain', 'destroy']);
  return choice === 'destroy' ? RemovalPolicy.DESTROY : undefined;
}

function logRetentionOf(context: Context): RetentionDays | undefined {
  const days = context.number('logRetentionDays');
  if (days === undefined) return undefined;
  const choices = Object.values(RetentionDays).filter((value) => typeof value === 'number');
  const found = choices.find((choice) => choice === days);
  if (found === undefined) throw wrong('logRetentionDays', String(days), `one of ${choices.join(', ')}`);
  return found;
}

/** Properties that nobody gave are left out, so that each keeps its default. */
function withoutUndefined<Options extends object>(
  options: Options,
): { [Key in keyof Options]: Exclude<Options[Key], undefined> } {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [Key in keyof Options]: Exclude<Options[Key], undefined> };
}
