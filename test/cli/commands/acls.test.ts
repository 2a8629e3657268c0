import { describe, expect, test } from 'vitest';
import { runRivulet, startBroker } from '../../support/broker-process.ts';
import { brokerAndCli } from '../../support/cli.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A broker that obeys rules, and the command line as its super user, or with the key of somebody else. */
async function guardedBroker() {
  const folder = await tempFolder();
  const keyFor = async (principal: string) =>
    (await runRivulet(['keys', 'create', '--principal', principal, '--data', folder])).stdout.trimEnd();
  const admin = await keyFor('User:admin');
  const feed = await keyFor('User:feed');
  const { url } = await startBroker(folder, ['--auth', 'api-keys', '--super-user', 'User:admin']);
  const as =
    (key: string) =>
    (command: readonly string[], input = '') =>
      runRivulet(command, { env: { RIVULET_URL: url, RIVULET_API_KEY: key }, input });
  const asAdmin = as(admin);
  const names = async (...args: string[]) => {
    const { stdout } = await asAdmin(['acls', 'list', '--json', ...args]);
    const acls = JSON.parse(stdout) as Record<string, string>[];
    return acls.map(
      (acl) =>
        `${acl.principal} ${acl.permission} ${acl.operation} ${acl.resource_type} ${acl.resource_name} ${acl.pattern_type}`,
    );
  };
  return { asAdmin, asFeed: as(feed), names };
}

describe('rules', () => {
  test('are made, listed, obeyed and removed', async () => {
    const { asAdmin, asFeed, names } = await guardedBroker();
    expect(await asAdmin(['acls'])).toMatchObject({ code: 0, stdout: '' });
    const write = [
      '--allow-principal',
      'User:feed',
      '--operation',
      'Write',
      '--operation',
      'create',
      '--topic',
      'quakes',
    ];
    expect(await asAdmin(['acls', 'create', ...write])).toMatchObject({
      code: 0,
      stdout:
        'PRINCIPAL  PERMISSION  OPERATION  RESOURCE  NAME    PATTERN\n' +
        'User:feed  ALLOW       WRITE      TOPIC     quakes  LITERAL\n' +
        'User:feed  ALLOW       CREATE     TOPIC     quakes  LITERAL\n',
    });
    expect(await asFeed(['produce', 'quakes'], 'one\n')).toMatchObject({ code: 0 });
    expect(await asFeed(['fetch', 'quakes'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not authorized to READ TOPIC quakes'),
    });
    expect(await asFeed(['acls'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not authorized to DESCRIBE the cluster'),
    });

    expect(await asAdmin(['acls', 'delete', ...write.slice(0, 4), '--topic', 'quakes'])).toMatchObject({
      code: 0,
      stderr: 'removed 1 rule\n',
    });
    expect(await names()).toEqual(['User:feed ALLOW CREATE TOPIC quakes LITERAL']);
  });

  test('are one for each operation of each principal on each resource, and are found by any of them', async () => {
    const { asAdmin, names } = await guardedBroker();
    const read = ['--operation', 'Read', '--topic', 'quakes', '--group', 'alerts'];
    await asAdmin(['acls', 'create', '--allow-principal', 'User:a', '--deny-principal', 'User:b', ...read]);
    await asAdmin([
      'acls',
      'create',
      '--allow-principal',
      'User:*',
      '--topic',
      'qu',
      '--resource-pattern-type',
      'prefixed',
    ]);
    await asAdmin([
      'acls',
      'create',
      '--allow-principal',
      'User:a',
      '--cluster',
      '--operation',
      'DescribeConfigs',
    ]);
    expect(await names('--topic', 'quakes')).toEqual([
      'User:a ALLOW READ TOPIC quakes LITERAL',
      'User:b DENY READ TOPIC quakes LITERAL',
    ]);
    expect(await names('--topic', 'quakes', '--resource-pattern-type', 'match')).toHaveLength(3);
    expect(await names('--group', 'alerts', '--principal', 'User:b')).toEqual([
      'User:b DENY READ GROUP alerts LITERAL',
    ]);
    expect(await names('--cluster')).toEqual(['User:a ALLOW DESCRIBE_CONFIGS CLUSTER kafka-cluster LITERAL']);
    expect(await names('--principal', 'User:*')).toEqual(['User:* ALLOW ALL TOPIC qu PREFIXED']);

    expect(
      await asAdmin(['acls', 'delete', '--allow-principal', 'User:a', '--resource-pattern-type', 'any']),
    ).toMatchObject({ stderr: 'removed 3 rules\n' });
    expect(await names()).toEqual([
      'User:b DENY READ GROUP alerts LITERAL',
      'User:* ALLOW ALL TOPIC qu PREFIXED',
      'User:b DENY READ TOPIC quakes LITERAL',
    ]);
  });
});

test.each([
  [['create', '--topic', 'quakes'], 'name who: --allow-principal or --deny-principal'],
  [['create', '--allow-principal', 'User:a'], 'name what: --topic, --group or --cluster'],
  [['delete', '--operation', 'Read'], 'name what or whose'],
  [['delete', '--allow-principal', 'User:a', '--topic', ''], 'a name is empty'],
  [['delete', '--allow-principal', '', '--topic', 'quakes'], 'a name is empty'],
  [['list', '--topic', 'a', '--group', 'b'], 'cannot be used with'],
  [['create', '--resource-pattern-type', 'match'], 'Allowed choices are literal, prefixed'],
])('acls %j is a command line that is wrong', async (args, message) => {
  expect(await runRivulet(['acls', ...args])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(message),
  });
});

test('a broker that obeys no rules says so', async () => {
  const { rivulet } = await brokerAndCli();
  const create = ['acls', 'create', '--allow-principal', 'User:a', '--topic', 'quakes'];
  expect(await rivulet(create)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('No Authorizer is configured'),
  });
});
