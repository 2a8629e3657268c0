import { describe, expect, test } from 'vitest';
import { runRivulet, startBroker } from '../support/broker-process.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('a broker without authentication', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1', 'logs.example.org'])('does not listen on %s', async (host) => {
    const folder = await tempFolder();
    const ended = await runRivulet(['start', '--host', host, '--port', '0', '--data', folder]);
    expect(ended).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr: `rivulet: on ${host}, other machines could read and write everything: start with --auth api-keys, or say that this is meant with --allow-anonymous\n`,
    });
  });

  test('does when that is said to be meant', async () => {
    const { url } = await startBroker(await tempFolder(), ['--host', '0.0.0.0', '--allow-anonymous']);
    expect(url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/);
    expect((await fetch(`${url}/topics`)).status).toBe(200);
  });
});

test('with API keys, a broker listens everywhere', async () => {
  const { url } = await startBroker(await tempFolder(), ['--host', '0.0.0.0', '--auth', 'api-keys']);
  expect((await fetch(`${url}/topics`)).status).toBe(401);
});

test.each([
  [['--super-user', 'User:admin'], '--super-user needs --auth api-keys'],
  [['--auth', 'api-keys', '--super-user', 'admin'], '--super-user does not begin with "User:"'],
  [['--auth', 'api-keys', '--allow-anonymous'], 'choose one of --auth api-keys and --allow-anonymous'],
  [['--auth', 'kerberos'], 'Allowed choices are none, api-keys'],
])('%j is refused', async (args, message) => {
  const ended = await runRivulet(['start', '--port', '0', '--data', await tempFolder(), ...args]);
  expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
});

test('rules are obeyed, and a super user needs none', async () => {
  const folder = await tempFolder();
  const keyOf = async (principal: string) => {
    const made = await runRivulet(['keys', 'create', '--principal', principal, '--data', folder]);
    return {
      headers: { Authorization: `Basic ${btoa(made.stdout.trimEnd())}`, 'Content-Type': 'application/json' },
    };
  };
  const [admin, alice] = [await keyOf('User:admin'), await keyOf('User:alice')];
  const { url } = await startBroker(folder, ['--auth', 'api-keys', '--super-user', 'User:admin']);
  const response = await fetch(`${url}/v3/clusters`, admin);
  const clusters = (await response.json()) as { data: { cluster_id: string }[] };
  const cluster = `${url}/v3/clusters/${clusters.data[0]?.cluster_id}`;
  const createTopic = async (as: typeof admin, topic_name: string) =>
    (await fetch(`${cluster}/topics`, { ...as, method: 'POST', body: JSON.stringify({ topic_name }) }))
      .status;
  expect(await createTopic(alice, 'before')).toBe(201);
  const rule = {
    resource_type: 'TOPIC',
    resource_name: 'before',
    pattern_type: 'LITERAL',
    principal: 'User:alice',
    host: '*',
    operation: 'READ',
    permission: 'ALLOW',
  };
  const made = await fetch(`${cluster}/acls`, { ...admin, method: 'POST', body: JSON.stringify(rule) });
  expect(made.status).toBe(201);
  expect(await createTopic(alice, 'after')).toBe(403);
  expect(await createTopic(admin, 'after')).toBe(201);
});
