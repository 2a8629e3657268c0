import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runRivulet, startBroker } from '../../support/broker-process.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { recordingServer } from '../recording-server.ts';

const KEY = /^[A-Z2-7]{16}:rivulet_[\w-]{43}\n$/;

/** Makes a key in a folder, as the first one of a broker is made. */
async function bootstrap(folder: string, principal = 'User:admin'): Promise<string> {
  const made = await runRivulet(['keys', 'create', '--principal', principal, '--data', folder]);
  expect(made).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(KEY),
    stderr: `made a key for ${principal}; its secret is not shown again\n`,
  });
  return made.stdout.trimEnd();
}

const basic = (key: string) => ({ headers: { Authorization: `Basic ${btoa(key)}` } });

test('a key made in a folder opens the broker that then runs on it, and nothing else does', async () => {
  const folder = join(await tempFolder(), 'new');
  const key = await bootstrap(folder);
  const { url } = await startBroker(folder, ['--auth', 'api-keys']);
  expect((await fetch(`${url}/topics`, basic(key))).status).toBe(200);
  const wrong = await fetch(`${url}/topics`, basic(`${key.slice(0, -1)}${key.endsWith('A') ? 'E' : 'A'}`));
  const unknown = await fetch(`${url}/topics`, basic(`AAAAAAAAAAAAAAAA${key.slice(16)}`));
  for (const refused of [wrong, unknown]) {
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Basic realm="rivulet", charset="UTF-8"');
  }
  expect(await wrong.text()).toBe(await unknown.text());
  expect((await fetch(`${url}/topics`)).status).toBe(401);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('keys are made, listed and revoked over HTTP by whoever has one', async () => {
  const folder = await tempFolder();
  const admin = await bootstrap(folder);
  const { url } = await startBroker(folder, ['--auth', 'api-keys']);
  const env = { RIVULET_URL: url, RIVULET_API_KEY: admin };
  const create = ['keys', 'create', '--principal', 'User:billing', '--description', 'nightly job'];
  const made = await runRivulet([...create, '--json'], { env });
  const { secret, ...key } = JSON.parse(made.stdout);
  expect(key).toEqual({
    key_id: expect.stringMatching(/^[A-Z2-7]{16}$/),
    principal: 'User:billing',
    description: 'nightly job',
    created_at: expect.stringMatching(/^20.*Z$/),
  });
  const billing = `${key.key_id}:${secret}`;
  expect((await runRivulet(['topics', 'create', 't', '--api-key', billing], { env })).code).toBe(0);

  const list = await runRivulet(['keys', 'list', '--json'], { env });
  expect(JSON.parse(list.stdout)).toContainEqual(key);
  expect(list.stdout).not.toContain(secret);
  const table = await runRivulet(['keys'], { env });
  expect(table.stdout).toMatch(
    new RegExp(`^KEY +PRINCIPAL +CREATED +DESCRIPTION\n.*${key.key_id}  User:billing  20`, 's'),
  );

  const revoked = await runRivulet(['keys', 'revoke', key.key_id], { env });
  expect(revoked).toMatchObject({ code: 0, stdout: `revoked ${key.key_id}\n` });
  const again = await runRivulet(['keys', 'revoke', key.key_id], { env });
  expect(again).toMatchObject({ code: 1, stderr: `rivulet: There is no API key "${key.key_id}".\n` });
});

test('the folder of a broker that runs is left alone, and the message says how else', async () => {
  const folder = await tempFolder();
  const { url } = await startBroker(folder, ['--auth', 'api-keys']);
  for (const command of [['create', '--principal', 'User:a'], ['list'], ['revoke', 'A']]) {
    const ended = await runRivulet(['keys', ...command, '--data', folder]);
    expect(ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `rivulet: ${folder} is in use by a broker: manage its keys with --url ${url} and a key in RIVULET_API_KEY, or stop it\n`,
    });
  }
});

test('a broker that takes no keys makes none', async () => {
  const { url } = await startBroker(await tempFolder());
  const ended = await runRivulet(['keys', 'create', '--principal', 'User:a', '--url', url]);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toMatch(/^rivulet: This broker does not take API keys.*--auth api-keys.*\n$/);
});

test.each([
  [['create', '--principal', 'alice', '--data', 'FOLDER'], 1, 'The principal does not begin with "User:"'],
  [['list', '--data', 'FOLDER/none'], 1, 'there is no folder'],
  [['revoke', 'AAAAAAAAAAAAAAAA', '--data', 'FOLDER'], 1, 'There is no API key "AAAAAAAAAAAAAAAA"'],
  [['create', '--principal', 'User:a', '--data', 'FOLDER', '--table', 't'], 2, 'cannot be used with'],
  [['create', '--data', 'FOLDER'], 2, '--principal'],
])('keys %j ends with %i and %s', async (args, code, message) => {
  const folder = await tempFolder();
  const ended = await runRivulet(['keys', ...args.map((arg) => arg.replace('FOLDER', folder))]);
  expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
});

test('no command prints its credentials, whatever goes wrong', async () => {
  const key = `AAAAAAAAAAAAAAAA:rivulet_${'x'.repeat(43)}`;
  const { url, received } = await recordingServer((response) => response.writeHead(401).end('{}'));
  const commands = [
    ['topics'],
    ['groups'],
    ['fetch', 't'],
    ['produce', 't'],
    ['consume', 't', '--group', 'g'],
    ['keys'],
  ];
  for (const command of commands) {
    const ended = await runRivulet([...command, '--url', url], { env: { RIVULET_API_KEY: key } });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toBe(
      'rivulet: HTTP 401 Unauthorized: the API key in RIVULET_API_KEY was sent and is not accepted\n',
    );
  }
  const sent = received.map(({ headers }) => headers.authorization);
  expect(new Set(sent)).toEqual(new Set([`Basic ${btoa(key)}`]));
});
