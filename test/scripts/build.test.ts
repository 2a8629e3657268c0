import { mkdir, symlink } from 'node:fs/promises';
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

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const ended = await spawnProcess(command, args, { cwd, env, input: '' }).ended;
  if (ended.code !== 0) throw new Error(`${command} ${args.join(' ')}:\n${ended.stdout}${ended.stderr}`);
  return ended.stdout;
}

test('the package that would be published runs', async () => {
  const folder = await tempFolder();
  await run('npm', ['run', 'build'], root);
  const packed = JSON.parse(
    await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
  );
  const { filename, files } = packed[0] as { filename: string; files: { path: string }[] };
  const paths = files.map(({ path }) => path);
  expect(paths).toContain('dist/bin.js');
  expect(paths).toContain('README.md');
  expect(paths.filter((path) => path.startsWith('test/') || /(?<!\.d)\.ts$/.test(path))).toEqual([]);

  await run('tar', ['-xzf', filename], folder);
  const installed = join(folder, 'package');
  // As npm would install them next to it, without asking the registry.
  await symlink(join(root, 'node_modules'), join(installed, 'node_modules'));
  const bin = join(installed, packageJson.bin.rivulet);
  expect(await run(bin, ['--version'], folder)).toBe(`${packageJson.version}\n`);

  const data = join(folder, 'data');
  await mkdir(data);
  const broker = await whenReady(spawnProcess(bin, ['start', '--port', '0', '--data', data], { env }));
  expect((await produceJson(broker.url, 'orders', [{ value: 1 }])).status).toBe(200);
  expect(await broker.process.end('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
}, 60_000);
