import type { RequestSigner, SignableRequest } from '../storage/aws/request-signer.ts';
import { StoreError } from '../storage/errors.ts';
import { CliError, exitCode } from './cli-error.ts';

/** Says to a broker, or to the gateway in front of it, who asks. */
export interface Credentials {
  /** What they are, for messages; never what they say. `undefined`: nobody in particular asks. */
  readonly what: string | undefined;
  /** @throws CliError when they cannot be had. */
  headersFor(request: SignableRequest): Promise<Readonly<Record<string, string>>>;
}

export interface CredentialOptions {
  /** `key:secret`. */
  readonly apiKey?: string;
  readonly awsSigv4?: boolean;
}

export const noCredentials: Credentials = { what: undefined, headersFor: async () => ({}) };

/** RFC 6750 §2.1. */
const TOKEN = /^[\w.~+/-]+=*$/;
/** RFC 7617 §2: a user without a colon, and no control characters. */
const API_KEY = /^[^:\p{Cc}]+:\P{Cc}+$/u;

/**
 * What the command line says, or else the environment: RIVULET_API_KEY, RIVULET_TOKEN, RIVULET_AUTH=iam.
 *
 * @throws CliError when it is none, or more than one. Its message never holds a secret.
 */
export function credentialsOf(options: CredentialOptions, env: NodeJS.ProcessEnv): Credentials {
  const { apiKey, awsSigv4 = false } = options;
  if (apiKey !== undefined && awsSigv4) throw usage('choose one of --api-key and --aws-sigv4');
  if (apiKey !== undefined) return apiKeyCredentials(apiKey, '--api-key');
  if (awsSigv4) return awsCredentials();
  const { RIVULET_API_KEY = '', RIVULET_TOKEN = '', RIVULET_AUTH = '' } = env;
  const found = {
    RIVULET_API_KEY: RIVULET_API_KEY !== '' && (() => apiKeyCredentials(RIVULET_API_KEY, 'RIVULET_API_KEY')),
    RIVULET_TOKEN: RIVULET_TOKEN !== '' && (() => tokenCredentials(RIVULET_TOKEN)),
    'RIVULET_AUTH=iam': RIVULET_AUTH === 'iam' && awsCredentials,
  };
  const given = Object.entries(found).flatMap(([name, make]) => (make === false ? [] : [{ name, make }]));
  const [only, ...others] = given;
  if (only === undefined) return noCredentials;
  if (others.length === 0) return only.make();
  const names = given.map(({ name }) => name).join(' and ');
  throw usage(`${names} are set, and there can be one: unset what is not meant`);
}

const usage = (message: string): CliError => new CliError(message, { exitCode: exitCode.usage });

function apiKeyCredentials(apiKey: string, where: string): Credentials {
  if (!API_KEY.test(apiKey)) {
    throw usage(`${where} has to be key:secret, as "rivulet keys create" prints it`);
  }
  const headers = { Authorization: `Basic ${Buffer.from(apiKey).toString('base64')}` };
  return { what: `the API key in ${where}`, headersFor: async () => headers };
}

function tokenCredentials(token: string): Credentials {
  if (!TOKEN.test(token)) throw usage('RIVULET_TOKEN is no token: it looks like eyJhbGciOi…');
  const headers = { Authorization: `Bearer ${token}` };
  return { what: 'the token in RIVULET_TOKEN', headersFor: async () => headers };
}

/** Its code is large, and is loaded for those who need it. */
function awsCredentials(): Credentials {
  let opening: Promise<RequestSigner> | undefined;
  return {
    what: "a signature by AWS's credentials",
    async headersFor(request) {
      opening ??= import('../storage/aws/request-signer.ts').then((code) => code.openRequestSigner());
      try {
        return await (await opening).sign(request);
      } catch (error) {
        throw error instanceof StoreError ? new CliError(error.message, { cause: error }) : error;
      }
    },
  };
}
