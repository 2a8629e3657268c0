import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { JSON_V2 } from '../../lib/api/http/media-types.ts';
import { Process } from '../support/broker-process.ts';
import { fetchAll, produceJson } from '../support/http.ts';
import { tempFolder } from '../support/temp-folder.ts';

const SERVE = fileURLToPath(new URL('../../functions/serve.ts', import.meta.url));
const SERVE_ON_FOLDER = fileURLToPath(new URL('./serve-process.ts', import.meta.url));

/** What Lambda and the deployment tell it; port 0 is any that is free. */
const variables = {
  PATH: process.env.PATH ?? '',
  AWS_LAMBDA_HTTP_ENDPOINT: '127.0.0.1:0',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'native-http',
  AWS_REGION: 'eu-west-1',
  RIVULET_TABLE: 'log',
  RIVULET_BUCKET: 'log',
  RIVULET_AUTH: 'iam',
  RIVULET_SUPER_USERS: 'User:iam',
};

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Process =>
  new Process(spawn(process.execPath, args, { env: { ...variables, ...env } }));

/** As its log says. */
async function urlOf(process: Process): Promise<string> {
  const [, url = ''] = await process.until('stdout', /"url":"(http:[^"]+)"/);
  return url;
}

async function serveFolder(env: Readonly<Record<string, string>> = {}) {
  const process = start([SERVE_ON_FOLDER, await tempFolder()], env);
  return { process, url: await urlOf(process) };
}

test('it serves the whole API where Lambda wants it to, with links to where clients see it', async () => {
  const { url } = await serveFolder();
  expect((await produceJson(url, 't', [{ value: 1 }, { value: 2 }])).status).toBe(200);
  expect(await fetchAll(url, 't', 0)).toMatchObject([{ value: 1 }, { value: 2 }]);
  expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
  // Its endpoint is reached by HTTPS only, and passes requests on as HTTP.
  const clusters = (await (await fetch(`${url}/v3/clusters`)).json()) as { metadata: { self: string } };
  expect(clusters.metadata.self).toMatch(/^https:.*\/v3\/clusters$/);
});

test('as many requests as Lambda sends at once are answered', async () => {
  const { url } = await serveFolder();
  const sent = Array.from({ length: 128 }, (_, value) => produceJson(url, 't', [{ value }]));
  const statuses = (await Promise.all(sent)).map(({ status }) => status);
  expect(statuses).toEqual(statuses.map(() => 200));
  // Nor has a body the limits of an event.
  const records = Array.from({ length: 8 }, () => ({ value: 'x'.repeat(1_000_000) }));
  expect((await produceJson(url, 'large', records)).status).toBe(200);
  const values = (await fetchAll(url, 't', 0)).map(({ value }) => value as number);
  expect(values.toSorted((a, b) => a - b)).toEqual(statuses.map((_, index) => index));
});

test('asked to stop, it ends waits, answers what it has accepted, and is gone', async () => {
  const { process, url } = await serveFolder();
  await produceJson(url, 't', [{ value: 1 }]);
  const headers = { Accept: JSON_V2 };
  const waiting = fetch(`${url}/topics/t/partitions/0/records?offset=latest&timeout=20000`, { headers });
  // Whoever is answered behind it was accepted behind it.
  await fetch(`${url}/topics`);
  process.child.kill('SIGTERM');
  const answer = await waiting;
  expect([answer.status, await answer.json()]).toEqual([200, []]);
  expect(await process.ended).toMatchObject({ code: 0, signal: null });
});

describe('functions/serve.ts', () => {
  test('listens before its stores answer, and says what is wrong with them', async () => {
    const process = start([SERVE], {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    const answer = await fetch(`${await urlOf(process)}/topics`);
    expect([answer.status, await answer.json()]).toMatchObject([
      503,
      { error_code: 50303, message: expect.stringContaining('log') },
    ]);
    process.child.kill('SIGTERM');
    expect(await process.ended).toMatchObject({ code: 0 });
  });

  test('does not start in a wrong environment, and says why', async () => {
    const ended = await start([SERVE], { RIVULET_TABLE: '' }).ended;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('RIVULET_TABLE is missing: set it to the name of the DynamoDB table.');
  });
});
