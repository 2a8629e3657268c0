import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { spawnProcess } from '../support/broker-process.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { SYNTH_MS } from './synth.ts';

vi.setConfig({ testTimeout: SYNTH_MS });

const root = fileURLToPath(new URL('../..', import.meta.url));
const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');

/** Nobody's credentials, no profile, no Docker: neither in the environment nor at home. */
async function bareEnvironment(): Promise<Record<string, string>> {
  const home = await tempFolder();
  const path = join(home, 'no-programs');
  const taken = Object.keys(process.env).filter((name) => /^(AWS|CDK|DOCKER)_/.test(name));
  return { ...Object.fromEntries(taken.map((name) => [name, ''])), HOME: home, PATH: path };
}

async function synth(...args: readonly string[]) {
  const output = await tempFolder();
  const env = await bareEnvironment();
  const app = `"${process.execPath}" lib/cdk/app.ts`;
  const all = [cdk, 'synth', '--quiet', '--app', app, '--output', output, ...args];
  const ended = await spawnProcess(process.execPath, all, { cwd: root, env, input: '' }).ended;
  return { ...ended, output };
}

/** The template, and by their hashes the folders that go with it. */
async function synthesized(...args: readonly string[]) {
  const { code, stderr, output } = await synth(...args);
  expect(code, stderr).toBe(0);
  const template = JSON.parse(await readFile(join(output, 'Rivulet.template.json'), 'utf8'));
  const assets = (await readdir(output)).filter((name) => name.startsWith('asset.'));
  return { template, assets, output };
}

test('cdk synth needs no credentials, no network and no Docker, and gives the same again', async () => {
  const args = ['-c', 'topics={"orders":{"partitions":3}}', '-c', 'alarms=true'];
  const [first, second] = [await synthesized(...args), await synthesized(...args)];
  expect(second.template).toEqual(first.template);
  expect(second.assets).toEqual(first.assets);
  expect(first.assets).toHaveLength(5);
  for (const asset of first.assets) {
    const files = await readdir(join(first.output, asset));
    expect(files).toContain('index.mjs');
    // Neither sources nor maps of them: all that is there is loaded, or may be.
    expect(files.filter((file) => !/^(index|[\w-]+-[A-Z0-9]{8})\.mjs$/.test(file))).toEqual([]);
  }
});

test('a context value that cannot be is told in a line', async () => {
  const { code, stderr } = await synth('-c', 'endpoint=rest');
  expect(code).toBe(1);
  expect(stderr).toContain(
    "The context value endpoint is 'rest': it has to be one of http-api, web-function.",
  );
});
