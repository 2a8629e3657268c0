/**
 * `npm run test:aws`: the suites of test/aws against something that speaks DynamoDB and S3. docs/testing.md says
 * against what, and how to choose. Whatever is started here is stopped at the end.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDynamoDBLocal } from './test-aws/dynamodb-local.ts';
import { startMiniStack } from './test-aws/ministack.ts';

const root = join(import.meta.dirname, '..');
/** An emulator manages some thousand calls a second. */
const RUNS_FACTOR = '0.15';

const { values: options, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: {
    'dynamodb-local': { type: 'boolean', default: false },
    account: { type: 'boolean', default: false },
  },
});

async function main(): Promise<number> {
  const endpoint = process.env.RIVULET_AWS_ENDPOINT;
  const chosen = [endpoint !== undefined, options['dynamodb-local'], options.account].filter(Boolean);
  if (chosen.length > 1) {
    throw new Error('Choose one of RIVULET_AWS_ENDPOINT, --dynamodb-local and --account.');
  }
  if (options.account) return runInAccount();
  if (endpoint !== undefined) return runSuites({ ...anyCredentials(), ...both(endpoint) });
  if (options['dynamodb-local']) {
    await using dynamodb = await startDynamoDBLocal();
    const only = { RIVULET_TEST_DYNAMODB_ENDPOINT: dynamodb.endpoint, RIVULET_TEST_S3: 'none' };
    return await runSuites({ ...anyCredentials(), ...only });
  }
  await using ministack = await startMiniStack();
  return await runSuites({ ...anyCredentials(), ...both(ministack.endpoint) });
}

/** Tables and buckets are made there, billed, and removed: so it has to be said. */
function runInAccount(): Promise<number> {
  if (!process.env.AWS_REGION)
    throw new Error('--account needs AWS_REGION: the region to make tables and buckets in.');
  console.log(
    `Tables and buckets named rivulet-test-… are made in ${process.env.AWS_REGION}, billed, and removed.`,
  );
  return runSuites({});
}

function both(endpoint: string): Record<string, string> {
  return { RIVULET_TEST_DYNAMODB_ENDPOINT: endpoint, RIVULET_TEST_S3_ENDPOINT: endpoint };
}

/** Emulators take any; a user's own are not shown to them unless they are in the environment. */
function anyCredentials(): Record<string, string> {
  const {
    AWS_ACCESS_KEY_ID = 'test',
    AWS_SECRET_ACCESS_KEY = 'test',
    AWS_REGION = 'us-east-1',
  } = process.env;
  return { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_EC2_METADATA_DISABLED: 'true' };
}

async function runSuites(targets: Record<string, string>): Promise<number> {
  const env = { RIVULET_TEST_RUNS_FACTOR: RUNS_FACTOR, ...process.env, ...targets };
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', join(root, 'vitest.aws.config.ts'), ...filters];
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env,
  });
  const stop = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
