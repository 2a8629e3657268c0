/**
 * `npm run e2e`: everything that a deployment goes through, with the real command line of the CDK, in an emulator of AWS
 * on this machine: bootstrap, deploy, a key, the black-box suites, a deploy without and one with changes, the other two
 * ways to authenticate, destroy, and a look at what is left. docs/testing.md tells more. Whatever is started here is
 * stopped at the end.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cdk, type Context } from './e2e/cdk.ts';
import { root, runQuietly } from './e2e/child.ts';
import { ACCOUNT_ROOT, type Cloud, startCloud } from './e2e/cloud.ts';
import { startIssuer } from './e2e/issuer.ts';
import { runSuite } from './e2e/suite.ts';

const WHOLE_RUN_MS = 20 * 60_000;
const AUDIENCE = 'rivulet';
/** Lambda makes it for the CDK's function that empties a bucket, and it is in no stack. */
const LOGS_OF_THE_CDK = /^log group \/aws\/lambda\/.*-CustomS3AutoDeleteObjects/;
/** A request to each function, and what goes through several of them. */
const SMALL_SUITE = ['ops', 'security', 'produce/records', 'groups/sharing', 'consumers/sharing'];

/** Table and bucket go with the stack. */
const keys: Context = {
  name: 'rivulet-keys',
  authentication: 'api-keys',
  superUsers: 'User:e2e',
  data: 'destroy',
  topics: '{"orders":{"partitions":3}}',
};
/** Table and bucket stay, as they do when nobody says anything. */
const iam: Context = { name: 'rivulet-iam', superUsers: `User:${ACCOUNT_ROOT}` };
const jwt: Context = {
  name: 'rivulet-jwt',
  authentication: 'jwt',
  jwtAudience: AUDIENCE,
  superUsers: 'User:e2e',
  data: 'destroy',
};

async function main(folder: string, signal: AbortSignal): Promise<void> {
  await using cloud = await step('start the emulator', () => startCloud(folder));
  await using issuer = await startIssuer(cloud.tls);
  const cdk = new Cdk({ cloud, folder, signal });
  await step('cdk bootstrap', () => cdk.bootstrap());
  const before = await inventory(cloud, signal);

  const { outputs } = await step('cdk deploy, with API keys', () => cdk.deploy(keys));
  const apiKey = await step('rivulet keys create', () => createKey(cloud, outputs.TableName, signal));
  const withKey = { ...cloud.env, RIVULET_URL: outputs.Url, RIVULET_API_KEY: apiKey };
  await step('black-box suites', () => runSuite({ env: withKey, signal }));
  await step('the topic of the stack is there', () => expectPartitions(withKey, 3, signal));

  await step('cdk deploy once more: nothing changes', async () => {
    await cdk.expectNoDifference(keys);
    if ((await cdk.deploy(keys)).hasChanged) throw new Error('The second deploy changed something.');
  });
  await step('cdk deploy: the topic grows', async () => {
    await cdk.deploy({ ...keys, topics: '{"orders":{"partitions":5}}' });
    await expectPartitions(withKey, 5, signal);
  });

  const signed = await step('cdk deploy, with IAM', () => cdk.deploy(iam));
  const withSignature = { ...cloud.env, RIVULET_URL: signed.outputs.Url, RIVULET_AUTH: 'iam' };
  await step('some suites', () => runSuite({ env: withSignature, signal, only: SMALL_SUITE }));

  const issued = { ...jwt, jwtIssuer: issuer.url };
  const tokens = await step('cdk deploy, with tokens', () => cdk.deploy(issued));
  const token = await issuer.tokenFor('e2e', AUDIENCE);
  const withToken = { ...cloud.env, RIVULET_URL: tokens.outputs.Url, RIVULET_TOKEN: token };
  await step('some suites', () => runSuite({ env: withToken, signal, only: SMALL_SUITE }));

  for (const { BucketName } of [outputs, tokens.outputs]) {
    const args = [join(root, 'scripts/e2e/tag-bucket.ts'), BucketName];
    await runQuietly({ args, env: cloud.env, signal });
  }
  for (const context of [keys, iam, issued])
    await step(`cdk destroy ${context.name}`, () => cdk.destroy(context));
  await step('what is left is the data that was to stay', async () => {
    const { TableName, BucketName } = signed.outputs;
    const made = (await inventory(cloud, signal)).filter((name) => !before.includes(name));
    const left = made.filter((name) => !LOGS_OF_THE_CDK.test(name));
    const kept = [`bucket ${BucketName}`, `table ${TableName}`];
    if (left.join() !== kept.join())
      throw new Error(`Left are:\n  ${left.join('\n  ')}\nand should be:\n  ${kept.join('\n  ')}`);
  });
}

/** Tells what is done, and how long it took. */
async function step<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  console.log(`\n— ${what} …`);
  const startMs = performance.now();
  const result = await work();
  console.log(`  done in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  return result;
}

async function createKey(cloud: Cloud, table: string, signal: AbortSignal): Promise<string> {
  const place = ['--table', table, '--endpoint', cloud.endpoint];
  const args = [join(root, 'lib/cli/bin.js'), 'keys', 'create', '--principal', 'User:e2e', ...place];
  const { stdout } = await runQuietly({ args, env: cloud.env, signal });
  return stdout.trim();
}

async function expectPartitions(
  env: NodeJS.ProcessEnv,
  expected: number,
  signal: AbortSignal,
): Promise<void> {
  const args = [join(root, 'scripts/e2e/count-partitions.ts'), 'orders'];
  const { stdout } = await runQuietly({ args, env, signal });
  if (Number(stdout) !== expected)
    throw new Error(`orders has ${stdout.trim()} partitions, not ${expected}.`);
}

async function inventory(cloud: Cloud, signal: AbortSignal): Promise<string[]> {
  const args = [join(root, 'scripts/e2e/inventory.ts')];
  const { stdout } = await runQuietly({ args, env: cloud.env, signal });
  return JSON.parse(stdout) as string[];
}

const stop = new AbortController();
process.on('SIGINT', () => stop.abort(new Error('interrupted')));
process.on('SIGTERM', () => stop.abort(new Error('terminated')));

const folder = await mkdtemp(join(tmpdir(), 'rivulet-e2e-'));
try {
  await main(folder, AbortSignal.any([stop.signal, AbortSignal.timeout(WHOLE_RUN_MS)]));
  console.log('\nAll of it works.');
} catch (error) {
  const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
  console.error(reason instanceof Error ? reason.message : reason);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
