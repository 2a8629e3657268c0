import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { spawnProcess, whenReady } from '../support/broker-process.ts';
import { produceJson } from '../support/http.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The Node that runs this is the first that a shebang finds. */
const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}` };

async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const ended = await spawnProcess(command, args, { cwd, env: { ...env, ...variables }, input: '' }).ended;
  if (ended.code !== 0) throw new Error(`${command} ${args.join(' ')}:\n${ended.stdout}${ended.stderr}`);
  return ended.stdout;
}

/** The package that would be published, built once, unpacked where `npm install` would put it in an app of its own. */
async function installPackage(): Promise<{ readonly app: string; readonly paths: readonly string[] }> {
  const app = await tempFolder();
  built ??= run('npm', ['run', 'build'], root);
  await built;
  const packed = JSON.parse(
    await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', app], root),
  );
  const { filename, files } = packed[0] as { filename: string; files: { path: string }[] };
  const modules = join(app, 'node_modules');
  await mkdir(modules);
  await run('tar', ['-xzf', join(app, filename), '-C', modules], app);
  await rename(join(modules, 'package'), join(modules, packageJson.name));
  return { app, paths: files.map(({ path }) => path) };
}

let built: Promise<string> | undefined;

/** As npm would install it, without asking the registry. */
async function installFromCheckout(app: string, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(app, 'node_modules', name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(app, 'node_modules', name));
  }
}

test('the package that would be published runs', async () => {
  const { app, paths } = await installPackage();
  expect(paths).toContain('dist/bin.js');
  expect(paths).toContain('README.md');
  expect(paths.filter((path) => path.startsWith('test/') || /(?<!\.d)\.ts$/.test(path))).toEqual([]);

  const installed = join(app, 'node_modules', packageJson.name);
  await symlink(join(root, 'node_modules'), join(installed, 'node_modules'));
  const bin = join(installed, packageJson.bin.rivulet);
  expect(await run(bin, ['--version'], app)).toBe(`${packageJson.version}\n`);

  const data = join(app, 'data');
  await mkdir(data);
  const broker = await whenReady(spawnProcess(bin, ['start', '--port', '0', '--data', data], { env }));
  expect((await produceJson(broker.url, 'orders', [{ value: 1 }])).status).toBe(200);
  expect(await broker.process.end('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
}, 120_000);

/** An app of somebody else. */
const shop = `
import { App, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Rivulet, type RivuletProps } from 'rivulet-log/cdk';

const app = new App();
const stack = new Stack(app, 'Shop');
const props: RivuletProps = { name: 'shop', monitoring: { alarms: true } };
const log = new Rivulet(stack, 'Log', props);
log.addTopic('orders', { partitions: 3 });
const client = new Role(stack, 'Client', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
log.grantProduce(client, 'orders');
new Rivulet(stack, 'Web', { endpoint: 'web-function', authentication: 'api-keys' });
app.synth();
// @ts-expect-error: there is no such endpoint, and the types of the package say so.
export const noEndpoint: RivuletProps = { endpoint: 'rest' };
// @ts-expect-error
export const noTopic = () => log.grantProduce(client, 3);
`;

test('another CDK app uses the construct, with nothing of ours beside the package', async () => {
  const { app } = await installPackage();
  await installFromCheckout(app, 'aws-cdk-lib', 'constructs', '@types/node', 'undici-types');
  await writeFile(join(app, 'package.json'), '{ "type": "module" }');
  await writeFile(join(app, 'shop.ts'), shop);
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
  await run(join(root, 'node_modules/.bin/tsc'), [...options, '--skipLibCheck', 'shop.ts'], app);
  await run(process.execPath, ['shop.ts'], app, { CDK_OUTDIR: join(app, 'cdk.out') });

  const template = JSON.parse(await readFile(join(app, 'cdk.out/Shop.template.json'), 'utf8'));
  const types = Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type);
  expect(types).toEqual(expect.arrayContaining(['AWS::ApiGatewayV2::Api', 'AWS::Lambda::WebFunction']));
  const assets = (await readdir(join(app, 'cdk.out'))).filter((name) => name.startsWith('asset.'));
  const entries = assets.filter((name) => existsSync(join(app, 'cdk.out', name, 'index.mjs')));
  expect(entries).toHaveLength(6);
}, 120_000);
