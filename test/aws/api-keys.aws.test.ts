import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { clientOptions } from '../../lib/storage/aws/client-options.ts';
import { runRivulet } from '../support/broker-process.ts';
import { dynamodb, newTable } from './endpoints.ts';

test('the first key of a deployed cluster is made in its table, which then does not hold its secret', async () => {
  const { table, remove } = await newTable();
  onTestFinished(remove);
  const { endpoint, region } = dynamodb;
  const place = ['--table', table];
  if (endpoint !== undefined) place.push('--endpoint', endpoint);
  if (region !== undefined) place.push('--region', region);
  const made = await runRivulet(['keys', 'create', '--principal', 'User:admin', ...place]);
  expect(made).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^[A-Z2-7]{16}:rivulet_[\w-]{43}\n$/),
  });
  const [keyId = '', secret = ''] = made.stdout.trimEnd().split(':');

  const client = new DynamoDBClient(clientOptions(dynamodb));
  const { Items: items } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  client.destroy();
  const dump = JSON.stringify(items);
  expect(dump).toContain(keyId);
  expect(dump).not.toContain(secret.slice('rivulet_'.length));

  const list = await runRivulet(['keys', 'list', '--json', ...place]);
  expect(JSON.parse(list.stdout)).toMatchObject([{ key_id: keyId, principal: 'User:admin' }]);
  expect(await runRivulet(['keys', 'revoke', keyId, ...place])).toMatchObject({ code: 0 });
  expect(await runRivulet(['keys', 'list', ...place])).toMatchObject({ code: 0, stdout: '' });
});

test('a table that is not there is told in one line', async () => {
  const { endpoint, region = 'us-east-1' } = dynamodb;
  const place = ['--table', 'rivulet-test-none', '--region', region];
  if (endpoint !== undefined) place.push('--endpoint', endpoint);
  const ended = await runRivulet(['keys', 'list', ...place]);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toMatch(/^rivulet: DynamoDB table "rivulet-test-none"[^\n]*\n$/);
});
