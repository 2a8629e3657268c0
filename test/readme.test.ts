import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { type Ended, rivuletFile, spawnProcess, startBroker } from './support/broker-process.ts';
import { tempFolder } from './support/temp-folder.ts';

interface Block {
  readonly language: string;
  readonly text: string;
}

async function readBlocks(): Promise<Block[]> {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  return Array.from(readme.matchAll(/^```(\w+)\n(.*?)^```$/gms), ([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** Runs a script as a person pastes it, in whose shell `rivulet` is this one. */
function runScript(script: string, url: string): Promise<Ended> {
  const rivulet = `rivulet() { '${process.execPath}' '${rivuletFile}' "$@"; }`;
  return spawnProcess('bash', ['-c', `set -e\n${rivulet}\n${script}`], {
    env: { RIVULET_URL: url },
    input: '',
  }).ended;
}

/** Every answer differs in its times only. */
const withoutTimes = (json: string): string => json.trim().replaceAll(/"timestamp":\d{13}/g, '"timestamp":0');

test('the curl lines of the README give the answers that stand below them', async () => {
  const blocks = await readBlocks();
  const { url } = await startBroker(await tempFolder());
  let curls = 0;
  for (const [at, { language, text }] of blocks.entries()) {
    if (language !== 'sh' || !text.startsWith('curl ')) continue;
    curls++;
    const script = text.replaceAll('http://127.0.0.1:8082', url);
    const ended = await spawnProcess('bash', ['-c', script], { input: '' }).ended;
    expect(ended.code).toBe(0);
    expect(blocks[at + 1]?.language).toBe('json');
    expect(withoutTimes(ended.stdout)).toBe(withoutTimes(blocks[at + 1]?.text ?? ''));
  }
  expect(curls).toBe(2);
});

test('two of one group share what another group sees whole, as the README shows', async () => {
  const blocks = await readBlocks();
  const at = blocks.findIndex(({ text }) => text.startsWith('B=http'));
  const { url } = await startBroker(await tempFolder());
  const script = (blocks[at]?.text ?? '').replaceAll('http://127.0.0.1:8082', url);
  const ended = await runScript(script, url);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  const shown = withoutTimes(blocks[at + 1]?.text ?? '').split('\n');
  expect(shown).toHaveLength(3);
  expect(withoutTimes(ended.stdout).split('\n').slice(-shown.length)).toEqual(shown);
});

test('the commands of the README run as they stand there', async () => {
  const block = (await readBlocks()).find(({ text }) => text.startsWith('alias rivulet='));
  const { url } = await startBroker(await tempFolder());
  const script = (block?.text ?? '').replace(/^alias .*$/m, '').replace(' --follow', '');
  const ended = await runScript(script, url);
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toContain('created numbers with 3 partitions\n');
  expect(ended.stdout.split('\n').filter((line) => /^\d+$/.test(line))).toHaveLength(1_000);
});

test('every npm script that README and CONTRIBUTING name exists', async () => {
  for (const file of ['README.md', 'CONTRIBUTING.md']) {
    const text = await readFile(new URL(`../${file}`, import.meta.url), 'utf8');
    const named = text.matchAll(/npm run (?:-s )?([\w:]+)|npm (start|test)\b/g);
    for (const [, script, short] of named) {
      expect(Object.keys(packageJson.scripts)).toContain(script ?? short);
    }
  }
});
