import { expect, test } from 'vitest';
import { verifySigV4 } from '../storage/aws/verify-sigv4.ts';
import { runRivulet } from '../support/broker-process.ts';
import { recordingServer } from './recording-server.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const aws = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: SECRET,
  AWS_SESSION_TOKEN: '',
  AWS_REGION: 'eu-west-1',
};

test.each<[string, string[], NodeJS.ProcessEnv]>([
  ['--aws-sigv4', ['--aws-sigv4'], aws],
  ['RIVULET_AUTH=iam', [], { ...aws, RIVULET_AUTH: 'iam' }],
])('with %s, every request on the wire is signed', async (_, args, env) => {
  const { url, received } = await recordingServer((response) =>
    response.end('{"data":[{"cluster_id":"a b"}],"partitions_count":1}'),
  );
  const create = ['topics', 'create', 'orders', '--partitions', '1', '--url', `${url}/stage`];
  expect(await runRivulet([...create, ...args], { env })).toMatchObject({ code: 0 });
  expect(received.map(({ method, target }) => `${method} ${target}`)).toEqual([
    'GET /stage/v3/clusters',
    'POST /stage/v3/clusters/a%20b/topics',
  ]);
  for (const request of received) {
    const signature = verifySigV4(request, SECRET);
    expect(signature).toMatchObject({ id: 'AKIDEXAMPLE', region: 'eu-west-1', service: 'execute-api' });
  }
});
