import { expect, test } from 'vitest';
import { ask, listen } from './consumers.ts';

test('base_uri is right behind a proxy, and whatever the names hold', async () => {
  const { url } = await listen();
  const forwarded = {
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'logs.example.org',
    'X-Forwarded-Prefix': '/kafka',
  };
  const group = 'a group/with#all?';
  const name = 'näme/..';
  const made = await ask('POST', `${url}/consumers/${encodeURIComponent(group)}`, { name }, forwarded);
  const { base_uri } = made.body as { base_uri: string };
  const path = `/consumers/${encodeURIComponent(group)}/instances/${encodeURIComponent(name)}`;
  expect(base_uri).toBe(`https://logs.example.org/kafka${path}`);
  expect(await ask('GET', `${url}${path}/subscription`)).toMatchObject({ status: 200 });
});

test('base_uri begins with the advertised URL where there is one', async () => {
  const { url } = await listen({ advertisedUrl: 'https://logs.example.org/kafka' });
  const { body } = await ask(
    'POST',
    `${url}/consumers/g`,
    { name: 'n' },
    { 'X-Forwarded-Host': 'evil.example' },
  );
  expect(body).toMatchObject({ base_uri: 'https://logs.example.org/kafka/consumers/g/instances/n' });
});

test('no name is so odd that asking for it is more than 40403', async () => {
  const { url } = await listen();
  for (const name of ['n'.repeat(5_000), '%F0%9F%92%A9', '%00', '..%2F..', '#']) {
    const path = `/consumers/orders/instances/${name === '#' ? '%23' : name}/subscription`;
    expect(await ask('GET', url + path)).toMatchObject({ status: 404, body: { error_code: 40403 } });
  }
});
