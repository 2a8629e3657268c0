import * as z from 'zod';
import { parseAdvertisedUrl } from '../api/http/advertised-url.ts';
import { type BrokerConfig, brokerConfigSchema } from '../cluster/broker-config.ts';
import { LOG_LEVELS, type LogLevel } from './telemetry/log-level.ts';

/** How a function finds out who calls it. */
export type AuthKind = 'iam' | 'api-keys' | 'jwt';

/** What a deployed function is told by its environment. */
export interface Environment {
  /** Of the cluster, as people see it. */
  readonly name: string;
  /** DynamoDB's. */
  readonly table: string;
  /** S3's. */
  readonly bucket: string;
  readonly brokerId: number;
  readonly auth: AuthKind;
  /** Where the function checks tokens itself; otherwise the gateway has. */
  readonly jwt?: { readonly issuer: string; readonly audience: string };
  readonly jwtPrincipalClaim: string;
  /** Whose requests those are that IAM has let through, where nobody says who made them: in a Web Function. */
  readonly iamPrincipal: string;
  /** Kafka's `super.users`: principals who may do everything. */
  readonly superUsers: readonly string[];
  readonly config: BrokerConfig;
  readonly logLevel: LogLevel;
  /** Whether requests come into the traces of X-Ray, for which Lambda has to trace the function too. */
  readonly tracing: boolean;
  /** As `parseAdvertisedUrl` gives it. */
  readonly advertisedUrl?: string;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** The environment is not what a function needs: it does not start. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

const oneOf = <const Name extends string>(names: readonly Name[]) =>
  z.enum(names, `has to be one of ${names.join(', ')}`);

/** The value as another thing; a TypeError's message says what it has to be instead. */
const parsedBy = <Value>(parse: (text: string) => Value) =>
  z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      context.addIssue({ code: 'custom', message: `cannot be ${text}. ${error.message}` });
      return z.NEVER;
    }
  });

const required = (what: string) => z.string(`is missing: set it to ${what}`);

const variablesSchema = z
  .object({
    RIVULET_NAME: z.string().default('rivulet'),
    RIVULET_TABLE: required('the name of the DynamoDB table'),
    RIVULET_BUCKET: required('the name of the S3 bucket'),
    RIVULET_BROKER_ID: z
      .string()
      .regex(/^\d{1,9}$/, 'has to be a whole number from 0, such as 1')
      .default('1')
      .transform(Number),
    RIVULET_AUTH: oneOf<AuthKind>(['iam', 'api-keys', 'jwt']),
    RIVULET_JWT_ISSUER: z.string().optional(),
    RIVULET_JWT_AUDIENCE: z.string().optional(),
    RIVULET_JWT_PRINCIPAL_CLAIM: z.string().default('sub'),
    RIVULET_IAM_PRINCIPAL: z
      .string()
      .regex(/^User:./, 'has to be a principal, such as User:iam')
      .default('User:iam'),
    RIVULET_SUPER_USERS: parsedBy(parseSuperUsers).default([]),
    RIVULET_CONFIG: parsedBy(parseConfigs).default({}),
    RIVULET_LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
    RIVULET_TRACING: oneOf(['true', 'false']).default('false'),
    RIVULET_ADVERTISED_URL: parsedBy(parseAdvertisedUrl).optional(),
  })
  .superRefine(({ RIVULET_JWT_ISSUER: issuer, RIVULET_JWT_AUDIENCE: audience }, context) => {
    if ((issuer === undefined) === (audience === undefined)) return;
    const missing = issuer === undefined ? 'RIVULET_JWT_ISSUER' : 'RIVULET_JWT_AUDIENCE';
    const message = 'is missing: a function that checks tokens itself needs their issuer and their audience';
    context.addIssue({ code: 'custom', path: [missing], message });
  });

/**
 * Reads what a function is told by its environment. A variable that is empty counts as not there.
 *
 * @param defaults Broker configs where `RIVULET_CONFIG` says nothing.
 * @throws EnvironmentError that names each variable that is wrong, and says what it has to be.
 */
export function readEnvironment(
  variables: Variables,
  defaults: z.input<typeof brokerConfigSchema> = {},
): Environment {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = variablesSchema.safeParse(given);
  if (!parsed.success) throw environmentError(parsed.error);
  const values = parsed.data;
  const { RIVULET_JWT_ISSUER: issuer, RIVULET_JWT_AUDIENCE: audience } = values;
  const { RIVULET_ADVERTISED_URL: advertisedUrl } = values;
  return {
    name: values.RIVULET_NAME,
    table: values.RIVULET_TABLE,
    bucket: values.RIVULET_BUCKET,
    brokerId: values.RIVULET_BROKER_ID,
    auth: values.RIVULET_AUTH,
    ...(issuer !== undefined && audience !== undefined && { jwt: { issuer, audience } }),
    jwtPrincipalClaim: values.RIVULET_JWT_PRINCIPAL_CLAIM,
    iamPrincipal: values.RIVULET_IAM_PRINCIPAL,
    superUsers: values.RIVULET_SUPER_USERS,
    config: brokerConfig({ ...defaults, ...values.RIVULET_CONFIG }),
    logLevel: values.RIVULET_LOG_LEVEL,
    tracing: values.RIVULET_TRACING === 'true',
    ...(advertisedUrl !== undefined && { advertisedUrl }),
  };
}

const environmentError = ({ issues }: z.ZodError): EnvironmentError =>
  new EnvironmentError(issues.map(({ path, message }) => `${path.join('.')} ${message}.`).join(' '));

/** @throws EnvironmentError */
function brokerConfig(configs: Readonly<Record<string, unknown>>): BrokerConfig {
  const parsed = brokerConfigSchema.safeParse(configs);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const known = Object.keys(brokerConfigSchema.shape).join(', ');
    throw new EnvironmentError(
      `RIVULET_CONFIG: no broker config is named ${issue.keys.join(', ')}; there are ${known}.`,
    );
  }
  throw new EnvironmentError(`RIVULET_CONFIG: ${issue?.path.join('.')}: ${issue?.message}.`);
}

/** @throws TypeError */
function parseSuperUsers(text: string): string[] {
  const users = text.split(';').map((user) => user.trim());
  const given = users.filter((user) => user !== '');
  if (given.some((user) => !/^User:./.test(user)))
    throw new TypeError('It has to be principals with semicolons between them, such as User:alice;User:bob');
  return given;
}

/** @throws TypeError */
function parseConfigs(text: string): Record<string, unknown> {
  const wanted = 'It has to be a JSON object of broker configs, such as {"num.partitions":3}';
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new TypeError(wanted);
    throw error;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new TypeError(wanted);
  return { ...parsed };
}
