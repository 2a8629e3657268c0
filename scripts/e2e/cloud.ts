import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { startMiniStack } from '../test-aws/ministack.ts';
import { makeCertificate } from './certificate.ts';
import { root } from './child.ts';

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';
/** Whose requests are signed with the emulator's own credentials. */
export const ACCOUNT_ROOT = `arn:aws:iam::${ACCOUNT}:root`;

const SERVICES = [
  'apigateway',
  'cloudformation',
  'dynamodb',
  'ecr',
  'events',
  'iam',
  'kms',
  'lambda',
  'logs',
  'monitoring',
  's3',
  'ssm',
  'sts',
];

export interface Cloud extends AsyncDisposable {
  readonly endpoint: string;
  readonly tls: { readonly certificateFile: string; readonly keyFile: string };
  /** The environment of processes that shall believe that it is AWS. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Starts an emulator of AWS that checks the signature of each request and what the policies of its role allow, so that
 * what a function may not do fails here too. Its files lie in a folder.
 */
export async function startCloud(folder: string): Promise<Cloud> {
  const tls = await makeCertificate(folder);
  const emulator = await startMiniStack({
    services: SERVICES,
    tls,
    env: {
      ...withoutOurs(),
      AUTH: 'true',
      MINISTACK_REGION: REGION,
      // Functions run on the node that is found first, and trust the emulator, as it trusts the issuer of tokens.
      PATH: pathWithNode(),
      NODE_EXTRA_CA_CERTS: tls.certificateFile,
      SSL_CERT_FILE: tls.certificateFile,
      NODE_PATH: await runtimePackages(folder),
      NODE_OPTIONS: `--import=${join(import.meta.dirname, 'answer-port.ts')}`,
    },
  });
  return {
    endpoint: emulator.endpoint,
    tls,
    env: {
      ...process.env,
      ...withoutOurs(),
      PATH: pathWithNode(),
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
      // The CDK's client reads the second one.
      NODE_EXTRA_CA_CERTS: tls.certificateFile,
      AWS_CA_BUNDLE: tls.certificateFile,
    },
    [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose](),
  };
}

/** Takes away all that our environment says about clouds and brokers: nothing here shall reach a real account. */
function withoutOurs(): NodeJS.ProcessEnv {
  const ours = Object.keys(process.env).filter((name) => /^(AWS|RIVULET|CDK|NODE)_/.test(name));
  return Object.fromEntries(ours.map((name) => [name, undefined]));
}

const pathWithNode = (): string => [dirname(process.execPath), process.env.PATH].join(delimiter);

/** Lambda's runtimes bring the SDK along, and the CDK's own functions count on it. */
async function runtimePackages(folder: string): Promise<string> {
  const packages = join(folder, 'runtime');
  await mkdir(packages);
  await symlink(join(root, 'node_modules/@aws-sdk'), join(packages, '@aws-sdk'));
  return packages;
}
